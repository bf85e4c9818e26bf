"""Steps of the whole way: from two spreadsheets to a child that is found, placed and on the roll."""

from __future__ import annotations

import re

from tests.browser.sheets import CHILD, CHILDREN_SHEET, GUARDIAN, HEADINGS, SCHOOL, SCHOOLS_SHEET, xlsx
from tests.browser.town import Town
from tests.support.journey import Walk, sheet_rows


def _import(desk: Walk, kind: str, name: str, rows: list[list[str]]) -> None:
    desk.open("/imports/new").fill(kind=kind)
    desk.page.locator('main input[type="file"]').set_input_files(
        {
            "name": name,
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": xlsx(rows),
        }
    )
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
    """Assessment, recommendation, opinion, decision for home-delivered teaching; then the roll."""
    child = town.urls["child"]
    desk.open(f"{child}/assessment").picture("09-placement-begin")
    desk.open(f"{child}/assessment/new").page.locator("main ul.plain-list a").first.click()
    desk.page.locator("main [name=assessed_on]").wait_for()
    for score in desk.page.locator('main [name^="score_"]').all():
        score.fill("12")
    desk.fill(
        assessed_on="2026-09-20",
        assessor="龚医生",
        strengths="会用目光和微笑回应熟悉的人，喜欢音乐。",
        needs="需要全程协助移动，需要图片辅助沟通。",
    ).picture("10-assessment").send()
    desk.open(f"{child}/placement/recommendation").fill(
        kind="home",
        made_on="2026-09-25",
        committee="彭水县残疾人教育专家委员会",
        members="龚医生（康复）、石老师（特教）",
        grounds="重度肢体障碍，体质弱，需长期卧床，暂不能到校。",
    ).send()
    desk.open(f"{child}/placement/opinion").fill(guardian_name=GUARDIAN, answer="agree", given_on="2026-09-28").picture(
        "11-opinion"
    ).send()
    desk.open(f"{child}/placement/decision")
    desk.fill(
        kind="home",
        school="郁山",
        decided_by="彭水县教育委员会",
        decided_on="2026-10-09",
        valid_from="2026-10-09",
        home_reason="",
        review_on="2027-09-01",
    )
    refused = desk.confirm(status=422).picture("12-decision-refused").page.locator("main .error, main .error-summary")
    assert refused.count(), "home-delivered teaching without its reason must be refused"
    papers = (
        ("医院诊断证明", "重庆医科大学附属儿童医院", "2026-09-10"),
        ("入户评估报告", "彭水县残疾人教育专家委员会", "2026-09-22"),
    )
    for number, (name, issuer, day) in enumerate(papers):
        desk.fill(
            **{f"evidence-{number}-name": name, f"evidence-{number}-issuer": issuer, f"evidence-{number}-dated_on": day}
        )
    desk.fill(home_reason="需长期卧床，医生证明暂不能到校。").confirm().picture("13-placed")
    desk.open(f"{child}/roll/enrol").fill(
        school=SCHOOL,
        number="G" + CHILDREN_SHEET[1][HEADINGS.index("身份证件号")],
        grade="4",
        class_name="2班",
        attendance="home",
        delivering=SCHOOL,
        on="2026-10-12",
    ).picture("14-enrol").send()
    desk.picture("15-roll")
    town.examine(desk)
    desk.open(f"{child}/home/edit").fill(
        mode="motorbike", walk_minutes="10", way="过了大桥右转，第三户，门口有黄桷树。"
    ).send()
    desk.open(f"{child}/safety/edit").fill(seizure="发作超过 5 分钟打 120", dog=True).send().picture("16-safety")
