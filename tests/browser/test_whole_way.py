"""The whole way: from two spreadsheets over plan and timetable to the papers, the visit and the family's answer.

Everybody has a browser of their own; work in the background is done beside them; the calendar stands on a Monday of
October 2026 and moves on to the day of the first visit.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.browser.sheets import CHILD, CHILDREN_SHEET, GUARDIAN, HEADINGS, SCHOOL, SCHOOLS_SHEET, xlsx
from tests.support.browser import axe
from tests.support.databases import run_command
from tests.support.journey import Walk, person, sheet_rows, sign_in, words_of, worker

MONDAY = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = "2026-10"
PASSWORD = "青山 绿水 送教 上门 2026"
TEACHERS = (("T001", "何㛃"), ("T002", "李静"))


class Town:
    """The people of the journey and the addresses they learn on the way."""

    def __init__(self, browser, app, address: str, language: str, calendar):
        self.browser, self.app, self.address, self.language, self.calendar = browser, app, address, language, calendar
        # The second language walks the same way, without pictures and without asking twice what the first one asked.
        self.thorough = language == "zh-CN"
        self.passwords: dict[str, str] = {}
        self.urls: dict[str, str] = {}

    def examine(self, walk: Walk) -> None:
        """Accessibility of a page on the way."""
        if self.thorough:
            axe(walk.page)

    def person(self, name: str, phone: bool = False):
        """A browser of one person, on a desk or on a phone."""
        return person(self.browser, self.address, name, pictures="way" if self.thorough else "",
                      language=self.language, phone=phone)

    def sign_in(self, walk: Walk, name: str) -> Walk:
        """Sign in; the first password is changed at once."""
        sign_in(walk, name, self.passwords[name])
        if self.passwords[name] != PASSWORD:
            walk.fill(old_password=self.passwords[name], password=PASSWORD).send()
            self.passwords[name] = PASSWORD
        return walk


def _make_account(admin: Walk, town: Town, username: str, name: str, **role: str) -> None:
    admin.open("/people/new").fill(username=username, name=name).send()
    town.passwords[username] = admin.page.locator("main output").inner_text().strip()
    admin.page.locator("main a.button").last.click()
    admin.fill(**role).send()
    assert admin.page.locator("main table tbody tr td").count() > 2, "the role is not in the table"
    admin.picture(f"02-account-{username}")


def administrator_makes(admin: Walk, town: Town) -> None:
    """The one-use link makes the administrator, who makes the district's coordinators."""
    link = run_command(town.app, "admin", "first-link").strip()
    admin.open("/first/" + link.rpartition("/first/")[2]).picture("01-first")
    admin.fill(username="guanli", name="罗管理", password=PASSWORD).send()
    town.passwords["guanli"] = PASSWORD
    for username, name in (("xiang", "向主任"), ("zhou", "周主任")):
        _make_account(admin, town, username, name, role="district_coordinator", unit_id="彭水")


def administrator_adds_the_schools_people(admin: Walk, town: Town) -> None:
    """The school's coordinator and the teachers' accounts, once the schools are in."""
    _make_account(admin, town, "chen", "陈老师", role="school_coordinator", school_code=SCHOOL)
    for (number, name), username in zip(TEACHERS, ("he", "li"), strict=True):
        _make_account(admin, town, username, name, role="visiting_teacher", school_code=SCHOOL, teacher_number=number)


def _import(desk: Walk, kind: str, name: str, rows: list[list[str]]) -> None:
    desk.open("/imports/new").fill(kind=kind)
    desk.page.locator('main input[type="file"]').set_input_files(
        {"name": name, "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "buffer": xlsx(rows)})
    desk.send().until("main .figures")


def imports(desk: Walk, town: Town) -> None:
    """Both sheets: preview, the refused rows to take home, taking over; the same sheet again changes nothing."""
    desk.open("/").picture("03-today-empty")
    desk.open("/imports").picture("03-imports-empty")
    _import(desk, "schools", "学校.xlsx", SCHOOLS_SHEET)
    desk.sees("写错代码的学校", "备注").picture("04-schools-preview")
    desk.confirm().until("main .tag.ok").sees("学校.xlsx")
    _import(desk, "children", "学生名册.xlsx", CHILDREN_SHEET)
    desk.sees("田小满", "班主任").picture("05-children-preview")
    town.examine(desk)
    refused = desk.download(lambda: desk.page.locator('main a[href$="refused.xlsx"]').click())
    rows = sheet_rows(refused)
    assert [row for row in rows if "田小满" in row] and not [row for row in rows if CHILD in row]
    assert len(rows[0]) > len(HEADINGS) - 2 and rows[-1][-1], "the reason stands in the last column"
    desk.confirm().until("main .tag.ok").picture("06-children-applied")
    if not town.thorough:
        return
    _import(desk, "children", "学生名册.xlsx", CHILDREN_SHEET)
    figures = desk.page.locator("main .figures").inner_text().split()
    assert figures[0] == "0" and "0" in figures[2:4], f"the same sheet again: {figures}"


def finds(desk: Walk, town: Town) -> None:
    """By name with a rare character, by pinyin, by initials, by the last characters of the number."""
    number = CHILDREN_SHEET[1][HEADINGS.index("身份证件号")]
    for words in (CHILD, "ran yan yi", "ryy", number[-6:]) if town.thorough else (CHILD,):
        desk.open("/children").page.locator("header input[name=q]").fill(words)
        with desk.page.expect_navigation():
            desk.page.keyboard.press("Enter")
        if "/children?" in desk.page.url:
            desk.sees(CHILD)
        else:
            assert desk.page.locator("h1").inner_text().startswith(CHILD), words
    desk.open("/children").picture("07-children")
    desk.follow(CHILD).picture("08-child")
    town.examine(desk)
    town.urls["child"] = re.search(r"/children/[0-9a-f-]{36}", desk.page.url)[0]


def places_and_enrols(desk: Walk, town: Town) -> None:
    """Assessment, recommendation, opinion, decision for teaching at home; then the roll."""
    child = town.urls["child"]
    desk.open(f"{child}/assessment").picture("09-placement-begin")
    desk.open(f"{child}/assessment/new").page.locator("main ul.plain-list a").first.click()
    desk.page.locator("main [name=assessed_on]").wait_for()
    for score in desk.page.locator('main [name^="score_"]').all():
        score.fill("12")
    desk.fill(assessed_on="2026-09-20", assessor="龚医生", strengths="会用目光和微笑回应熟悉的人，喜欢音乐。",
              needs="需要全程协助移动，需要图片辅助沟通。").picture("10-assessment").send()
    desk.open(f"{child}/placement/recommendation").fill(
        kind="home", made_on="2026-09-25", committee="彭水县残疾人教育专家委员会",
        members="龚医生（康复）、石老师（特教）", grounds="重度肢体障碍，体质弱，需长期卧床，暂不能到校。").send()
    desk.open(f"{child}/placement/opinion").fill(
        guardian_name=GUARDIAN, answer="agree", given_on="2026-09-28").picture("11-opinion").send()
    desk.open(f"{child}/placement/decision")
    desk.fill(kind="home", school="郁山", decided_by="彭水县教育委员会", decided_on="2026-10-09",
              valid_from="2026-10-09", home_reason="", review_on="2027-09-01")
    refused = desk.confirm(status=422).picture("12-decision-refused").page.locator("main .error, main .error-summary")
    assert refused.count(), "a home placement without its reason must be refused"
    papers = (("医院诊断证明", "重庆医科大学附属儿童医院", "2026-09-10"),
              ("入户评估报告", "彭水县残疾人教育专家委员会", "2026-09-22"))
    for number, (name, issuer, day) in enumerate(papers):
        desk.fill(**{f"evidence-{number}-name": name, f"evidence-{number}-issuer": issuer,
                     f"evidence-{number}-dated_on": day})
    desk.fill(home_reason="需长期卧床，医生证明暂不能到校。").confirm().picture("13-placed")
    desk.open(f"{child}/roll/enrol").fill(
        school=SCHOOL, number="G" + CHILDREN_SHEET[1][HEADINGS.index("身份证件号")], grade="4", class_name="2班",
        attendance="home", delivering=SCHOOL, on="2026-10-12").picture("14-enrol").send()
    desk.picture("15-roll")
    town.examine(desk)
    desk.open(f"{child}/home/edit").fill(mode="motorbike", walk_minutes="10",
                                         way="过了大桥右转，第三户，门口有黄桷树。").send()
    desk.open(f"{child}/safety/edit").fill(seizure="发作超过 5 分钟打 120", dog=True).send().picture("16-safety")


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
    editor.write(goal, words="能用勺子自己吃饭", subject=subject, baseline="需全程协助", target="独立吃完一餐",
                 measure="每次送教记录", due_on="2027-01-20")
    objective = editor.add(f"{goal}-add", "objective")
    editor.write(objective, condition="坐在桌边，用粗柄勺", behaviour="把饭送到嘴里", criterion="10 次中 8 次",
                 baseline="2 次", plain_words="自己用勺子吃饭", person="何㛃", starts_on="2026-10-12",
                 due_on="2027-01-20")
    service = editor.add("add-service", "service")
    editor.write(service, kind="home_teaching", place="home", minutes="70", times="1", frequency="week",
                 provider="郁山镇中心校")
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
        desk.page.locator(f'main a[href*="{kind}.pdf"]').first.get_attribute("href") for kind in ("routes", "packet"))


def prints(desk: Walk, town: Town) -> None:
    """Plan, summary, route sheet and packet carry the names as they are written."""
    for name, path, words in (
        ("plan", f"{town.urls['plan']}/paper", (CHILD, GUARDIAN, "何㛃", "能用勺子自己吃饭", "郁山镇中心校")),
        ("summary", f"{town.urls['plan']}/summary", (CHILD, "自己用勺子吃饭", "叫她的名字")),
        ("routes", town.urls["routes"], (CHILD, "何㛃", "过了大桥右转", "120")),
        ("packet", town.urls["packet"], (CHILD, "何㛃", "自己用勺子吃饭")),
    ):
        text = words_of(desk.get(path, f"{name}.pdf"))
        missing = [word for word in words if word not in text]
        assert not missing, f"{name}: {missing} not in {text[:1500]}"


def invites(desk: Walk, town: Town) -> None:
    """The letter for the guardian: its address stands on the paper only."""
    desk.open(f"{town.urls['child']}/family").picture("37-family-tab")
    if not desk.page.locator('main a[href$="/invitation"]').count():
        desk.page.locator('main form[action$="/access"] button').first.click()
        desk.page.wait_for_load_state()
    desk.send_link("/invitation").picture("38-invitation")
    letter = desk.download(lambda: desk.page.locator("#letter button").click())
    text = words_of(letter)
    assert GUARDIAN in text and CHILD in text
    town.urls["enter"] = re.search(r"/enter/[A-Za-z0-9_-]{32}", text)[0]


def family_answers(phone: Walk, town: Town) -> None:
    """The guardian enters on a phone, reads, and agrees in part."""
    phone.open(town.urls["enter"]).picture("39-enter")
    town.examine(phone)
    phone.send().sees(CHILD, "自己用勺子吃饭", "叫她的名字，看她三秒再给玩具。").picture("40-family")
    town.examine(phone)
    phone.fill(answer="partly").send(422).picture("41-family-comment-asked")
    phone.fill(answer="partly", comment="希望改到下午来。").send().picture("42-family-answered")
    assert phone.page.locator('main [name="answer"][value="partly"]').is_checked()
    used = phone.page.goto(town.address + town.urls["enter"])
    assert used.status == 404, "the letter works once"


def records_by_taps(phone: Walk, town: Town) -> None:
    """On the day of the visit the teacher taps what was done; nothing has to be typed."""
    phone.open("/my-week").sees(CHILD).picture("43-my-week")
    town.examine(phone)
    with phone.page.expect_navigation():
        phone.page.locator('main a[href*="/record"]').first.tap()
    phone.picture("44-record-empty")
    for group in phone.page.locator("main fieldset.tap-field").all():
        group.locator(".tap input").nth(1).tap()
    phone.page.locator("main [name=times][value=planned]").tap()
    phone.page.locator("main [name=confirmed_by]").fill(GUARDIAN)
    phone.picture("45-record-tapped")
    town.examine(phone)
    with phone.page.expect_navigation():
        phone.page.locator(".phone-foot button").tap()
    phone.sees(CHILD).picture("46-recorded")


def sees_planned_and_given(desk: Walk, town: Town) -> None:
    """Planned and given stand side by side; the disagreement waits on Today."""
    desk.open("/").picture("47-today").page.locator('main a[href="/answers"]').click()
    desk.page.wait_for_load_state()
    desk.sees(CHILD, "希望改到下午来。").picture("48-answers")
    desk.open(f"{town.urls['child']}/visits?month={MONTH}").picture("49-visits")
    town.examine(desk)
    with desk.page.expect_navigation():
        desk.page.locator("main tbody th a").first.click()
    desk.sees("何㛃").picture("50-planned-and-given")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(("language", "database_kind"), [("zh-CN", "sqlite"), ("en", "postgresql")],
                         indirect=["database_kind"])
def test_from_two_spreadsheets_to_the_familys_answer(browser, app, live_server, language):
    with time_machine.travel(MONDAY, tick=True) as calendar, worker(app):
        town = Town(browser, app, live_server, language, calendar)
        with town.person("guanli") as admin, town.person("xiang") as xiang:
            administrator_makes(admin, town)
            town.sign_in(xiang, "xiang")
            imports(xiang, town)
            makes_teams_and_times(xiang, town)
            administrator_adds_the_schools_people(admin, town)
            finds(xiang, town)
            places_and_enrols(xiang, town)
            with town.person("chen") as chen:
                writes_the_plan(town.sign_in(chen, "chen"), town)
            approves(xiang, town)
            plans_the_month(xiang, town)
            prints(xiang, town)
            invites(xiang, town)
        with town.person("family", phone=True) as family:
            family_answers(family, town)
        first = _first_visit(app)
        calendar.move_to(MONDAY.replace(hour=18) + (first - MONDAY.date()) // timedelta(days=1) * timedelta(days=1))
        with town.person("he", phone=True) as teacher:
            records_by_taps(town.sign_in(teacher, "he"), town)
        with town.person("zhou") as zhou:
            sees_planned_and_given(town.sign_in(zhou, "zhou"), town)


def _first_visit(app):
    """The day of the first published visit."""
    from sqlalchemy import func, select

    from app.db import db
    from app.visits.models import Visit

    with app.app_context():
        return db.session.scalar(select(func.min(Visit.day)))
