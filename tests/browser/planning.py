"""Steps of the whole way: the plan, its approval, the teams with their hours, the timetable of the month."""

from __future__ import annotations

import re

from tests.browser.sheets import CHILD, GUARDIAN
from tests.browser.town import MONTH, TEACHERS, Town
from tests.support.journey import Walk


class Editor:
    """The plan editor: parts that save themselves."""

    def __init__(self, walk: Walk):
        self.walk, self.page = walk, walk.page

    def write(self, part: str, **values: str) -> Editor:
        """Type into the fields of a part and wait until its light says saved."""
        form = self.page.locator(f"#{part} form[data-autosave-url]").first
        for name, text in values.items():
            field = form.locator(f'[name="{name}"]')
            if field.evaluate("one => one.tagName") == "SELECT":
                options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.label])")
                field.select_option(next(v for v, label in options if text in (v, label)))
            else:
                field.fill(text)
        form.locator('[data-autosave-state][data-state="saved"]').wait_for(timeout=15000)
        return self

    def add(self, place: str, prefix: str) -> str:
        """Press the button that adds a part; return the new part's anchor."""
        with self.page.expect_navigation():
            self.page.locator(f"#{place} button").first.click()
        return self.page.locator(f'[id^="{prefix}-"].part').last.get_attribute("id")


def writes_the_plan(desk: Walk, town: Town) -> None:
    """The school's coordinator writes in the editor, which saves by itself, sees what is missing, submits."""
    desk.open(f"{town.urls['child']}/plans").picture("17-plan-none").send_link("/plans/new")
    desk.fill(starts_on="2026-10-12", ends_on="2027-01-29", review_on="2027-01-15", curriculum="intellectual")
    desk.send().picture("18-editor-empty")
    town.urls["plan"] = re.search(r"/plans/[0-9a-f-]{36}", desk.page.url)[0]
    editor = Editor(desk)
    editor.write("strengths", body="会用目光选择，听到音乐会笑。").write("needs", body="需要图片辅助沟通和坐姿支持。")
    editor.write("family_words", body="希望她能自己吃饭。")
    editor.write("home_practice", body="叫她的名字，看她三秒再给玩具。")
    goal = editor.add("add-goal", "goal")
    subject = desk.page.locator(f'#{goal} [name="subject"] option').nth(1).get_attribute("value")
    editor.write(
        goal,
        words="能用勺子自己吃饭",
        subject=subject,
        baseline="需全程协助",
        target="独立吃完一餐",
        measure="每次送教记录",
        due_on="2027-01-20",
    )
    objective = editor.add(f"{goal}-add", "objective")
    editor.write(
        objective,
        condition="坐在桌边，用粗柄勺",
        behaviour="把饭送到嘴里",
        criterion="10 次中 8 次",
        baseline="2 次",
        plain_words="自己用勺子吃饭",
        person="何㛃",
        starts_on="2026-10-12",
        due_on="2027-01-20",
    )
    service = editor.add("add-service", "service")
    editor.write(
        service, kind="home_teaching", place="home", minutes="70", times="1", frequency="week", provider="郁山镇中心校"
    )
    desk.open(f"{town.urls['plan']}/submit").picture("19-submit-missing").sees("R30")
    desk.open(f"{town.urls['plan']}/edit")
    editor.write("opinion", guardian_answer="agree", guardian_name=GUARDIAN, guardian_on="2026-10-11")
    desk.picture("20-editor-full")
    town.examine(desk)
    desk.open(f"{town.urls['plan']}/submit").send().picture("21-submitted")
    assert desk.page.locator('main a[href$="/approve"]').count() == 0, "nobody approves the own plan"


def approves(desk: Walk, town: Town) -> None:
    """Another person finds it on Today, reads and approves it; now it is sealed."""
    desk.open("/").picture("22-today").page.locator('main a[href*="list=review"]').click()
    desk.page.wait_for_load_state()
    desk.picture("23-plans-review").follow(CHILD)
    desk.open(f"{town.urls['plan']}").send_link("/approve").picture("24-approve").send().picture("25-approved")
    assert re.search(r"[0-9a-f]{64}", desk.page.locator("main").inner_text())


def makes_teams_and_times(desk: Walk, town: Town) -> None:
    """Teachers, a team of two, their hours, the family's times."""
    desk.open("/schools").picture("26-schools").follow("郁山镇中心校").picture("27-school")
    school = re.search(r"/schools/[0-9a-f-]{36}", desk.page.url)[0]
    for number, name in TEACHERS:
        desk.open(f"{school}/teachers/new").fill(name=name, number=number, skills="沟通，自理").send()


def _week(desk: Walk, start: str, end: str) -> None:
    desk.fill(**{f"day{day}_0_{name}": text for day in range(5) for name, text in (("start", start), ("end", end))})
    desk.send()


def plans_the_month(desk: Walk, town: Town) -> None:
    """Team, hours, family times; the timetable as a job; review in the calendar; publish."""
    desk.open("/teams").picture("28-teams-empty")
    desk.open("/teams/new").fill(name="第一组", lead="何㛃", second="李静").send()
    town.urls["team"] = re.search(r"/teams/[0-9a-f-]{36}", desk.page.url)[0]
    for link in desk.page.locator('main a[href*="/hours/"]').evaluate_all("all => all.map(one => one.href)"):
        desk.open(link)
        _week(desk, "08:00", "17:30")
    desk.open(f"{town.urls['child']}/visits/times").picture("29-family-times")
    _week(desk, "08:30", "17:00")
    desk.open("/timetables").picture("30-timetables-empty")
    desk.open(f"/timetables/new?month={MONTH}").picture("31-timetable-new")
    desk.fill(month=MONTH, seconds="5", seed="1").send()
    desk.picture("32-searching").until("main .figures", seconds=90)
    desk.picture("33-timetable").sees(CHILD)
    town.examine(desk)
    town.urls["timetable"] = re.search(r"/timetables/[0-9a-f-]{36}", desk.page.url)[0]
    desk.send_link("/calendar").picture("34-month-of-a-child")
    desk.open(town.urls["timetable"]).send_link("/publish").picture("35-publish").send().picture("36-published")
    town.urls["routes"], town.urls["packet"] = (
        desk.page.locator(f'main a[href*="{kind}.pdf"]').first.get_attribute("href") for kind in ("routes", "packet")
    )
