"""Text pasted from a word processor: plain signs at saving, other signs named at their field, and old rows print."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from app.children.models import Child, HomePoint, SafetyCard
from app.db import db
from app.plans.content import parts_of
from app.plans.models import PlanObjective, PlanSection
from app.plans.types import SectionKey
from app.printing import engine
from tests.factories import plans as make
from tests.printing.samples import page
from tests.support.client import ORIGIN
from tests.support.months import coordinator, district, make_timetable, published  # noqa: F401  fixtures

PASTED = "\uf0b7\t独坐 5 分钟\r\n● 自己吃饭 ✔\r\n坐\uf0e0站"
PLAIN = "• 独坐 5 分钟\r\n• 自己吃饭 ✓\r\n坐→站"
NOTE = ("（此处有1个字无法打印）", "（此处有 | 个字无法打印）")
QUIET = {"X-Requested-With": "autosave", "HX-Request": "true", "Origin": ORIGIN}


@pytest.fixture
def place(app):
    """Make a plan desk and a version in it; ids that outlive the context."""

    def make_place(write=make.begin):
        with app.app_context():
            db.write()
            desk = make.make_desk()
            version = write(desk)
            db.session.commit()
            return SimpleNamespace(child=desk.child.id, version=version.id, users=desk.users)

    return make_place


def section(app, version_id) -> str | None:
    with app.app_context():
        return next((row.body for row in parts_of(version_id).sections), None)


def words_of(response) -> str:
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


@pytest.mark.both_databases
def test_a_pasted_list_is_saved_with_plain_signs(app, client, sign_in, place):
    at = place()
    sign_in(user=at.users["author"])
    path = f"/plans/{at.version}/sections/strengths"
    assert client.submit(f"/plans/{at.version}/edit", path, body=PASTED).status_code == 200
    assert section(app, at.version) == PLAIN


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("独坐\r\n很开心 🥜", ["🥜 (U+1F95C, line 2, sign 5)", "say it in words", "U+1F95C"]),
        ("ئۇيغۇر", ["(U+0626, sign 1)", "and 2 more", "in pinyin", "U+0626"]),
        ("དབུས་", ["in pinyin", "U+0F51"]),
        ("ꆈꌠ", ["in pinyin", "U+A188"]),
        ("独坐\ue123", ["sign 3", "Private code", "U+E123"]),
        ("🧑\u200d🤝", ["U+1F9D1", "U+1F91D"]),
    ],
)
def test_what_no_font_has_is_named_at_its_field(app, client, sign_in, place, body, named):
    at = place()
    sign_in(user=at.users["author"])
    page = client.submit(f"/plans/{at.version}/edit", f"/plans/{at.version}/sections/strengths", body=body)
    assert page.status_code == 422 and section(app, at.version) is None
    for words in named:
        assert words in words_of(page), words
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', words_of(client.get(f"/plans/{at.version}/edit")))[1]
    quiet = client.post(
        f"/plans/{at.version}/sections/needs", headers=QUIET, data={"csrf_token": csrf, "version": "0", "body": body}
    )
    assert quiet.status_code == 422 and named[-1] in "".join(quiet.get_json()["refused"])


@pytest.mark.parametrize(
    ("path", "form", "fields"),
    [
        ("safety/edit", "edit-safety", ("seizure", "choking", "allergy", "medicine", "other")),
        ("home/edit", "edit-home", ("way",)),
    ],
)
def test_the_safety_card_and_the_way_take_only_what_prints(app, coordinator, district, path, form, fields):
    address = f"/children/{district.children[0].id}/{path}"
    for field in fields:
        answer = coordinator.submit(address, form, **{field: "花生 🥜"})
        assert answer.status_code == 422 and "U+1F95C" in answer.get_data(as_text=True), field
        assert coordinator.submit(address, form, **{field: "\uf0a7 花生"}).status_code == 200
        with app.app_context():
            model = SafetyCard if form == "edit-safety" else HomePoint
            row = db.session.query(model).filter_by(child_id=district.children[0].id).one()
            assert getattr(row, field) == "• 花生"


def test_a_rare_name_is_kept_and_a_sign_in_a_name_is_not(client, sign_in, place, app):
    at = place()
    sign_in("city_coordinator")
    page = client.submit(f"/children/{at.child}/edit", "edit-child", name="冉㛃𬱖䶮")
    assert page.status_code == 200
    with app.app_context():
        assert db.session.get(Child, at.child).name == "冉㛃𬱖䶮"


@pytest.mark.parametrize("sign", ["\uf0b7", "✔", "🥜", "\ue123", "ئ", "\U0003347b"])
def test_an_approved_plan_with_an_old_sign_prints_for_everybody(app, client, sign_in, place, sign, read_text):
    at = place(make.complete_draft)
    with app.app_context():
        db.write()
        strengths = (PlanSection.version_id == at.version, PlanSection.key == SectionKey.STRENGTHS)
        db.session.execute(update(PlanSection).where(*strengths).values(body=f"爱听歌 {sign} 唱歌"))
        db.session.execute(
            update(PlanObjective)
            .where(PlanObjective.version_id == at.version)
            .values(plain_words=f"看图片 {sign} 指一指")
        )
        db.session.commit()
    sign_in(user=at.users["author"])
    for path, words in ((f"/plans/{at.version}/paper", "爱听歌"), (f"/plans/{at.version}/summary", "看图片")):
        answer = client.get(path)
        assert answer.status_code == 200 and answer.mimetype == "application/pdf", answer.get_data(as_text=True)
        text = "".join("".join(read_text(answer.get_data())).split())
        assert f"{words}〓" in text and "(1signherecannotbeprinted)" in text and sign not in text


def test_one_childs_old_sign_holds_up_no_team(app, coordinator, published, read_text):
    from sqlalchemy import select

    from app.timetables.models import Visit

    with app.app_context():
        db.write()
        first = db.session.scalars(select(Visit).order_by(Visit.day, Visit.start)).first()
        name = db.session.get(Child, first.child_id).name
        db.session.execute(update(SafetyCard).where(SafetyCard.child_id == first.child_id).values(allergy="花生🥜严重"))
        home = db.session.scalars(select(HomePoint).where(HomePoint.child_id == first.child_id)).one()
        home.way = "过桥\uf0e0右转"
        db.session.commit()
        team_id, day = first.team_id, first.day
    for path in ("routes.pdf", "packet.pdf"):
        answer = coordinator.get(f"/teams/{team_id}/{path}?first={day}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        text = "".join("".join(read_text(answer.get_data())).split())
        assert "花生〓严重" in text and "过桥〓右转" in text
        assert f"{name},Allergy:notprintedinfull(U+1F95C)" in text
        assert f"{name},Waytothehome:notprintedinfull(U+F0E0)" in text


def test_a_run_of_such_signs_is_one_mark_with_their_number(printer, read_text):
    printed = printer.render(page("<p>前 ئۇيغۇر تىلى 后</p><p>坐\ue000</p>"), note=NOTE)
    text = "".join("".join(read_text(printed.pdf)).split())
    assert "前〓后（此处有10个字无法打印）" in text and "坐〓（此处有1个字无法打印）" in text


def test_a_heading_that_runs_and_a_drawing_get_the_mark_alone(printer, read_text):
    printed = printer.render(page('<div class="running head-left">冉\ue000</div><p>好</p>'), note=NOTE)
    assert "无法打印" not in "".join(read_text(printed.pdf)) and printed.pages == 1


def test_rare_han_characters_print_as_themselves(printer, read_text):
    text = "".join(read_text(printer.render(page("<p>㛃𬱖䶮</p>"), note=NOTE).pdf))
    assert "㛃𬱖䶮" in text and "〓" not in text
    assert engine.missing("㛃𬱖䶮•✓✗☑□→〓") == []


def test_every_plain_sign_has_a_font():
    from app.kernel.pasted_signs import _TABLE

    assert engine.missing("".join(_TABLE.values())) == []


def test_a_question_may_hold_any_sign(client, sign_in, place):
    at = place()
    sign_in(user=at.users["author"])
    for path in ("/plans", "/children"):
        assert client.get(path, query_string={"q": "🥜\uf0b7", "list": "1"}).status_code == 200
