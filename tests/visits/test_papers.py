"""Route sheets and packets as paper: text, pages, rare names, characters that cannot be printed."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from app.children.models import Child
from app.db import db
from app.printing.models import PrintLog
from app.timetables.models import Visit
from tests.printing.conftest import read_text  # noqa: F401  a fixture


@pytest.fixture
def team_visits(app, published) -> list[Visit]:
    with app.app_context():
        return list(db.session.scalars(select(Visit).order_by(Visit.day, Visit.start)))


def test_the_route_sheet_has_phone_way_safety_and_goals_in_route_order(app, teacher, team_visits, read_text):
    first = team_visits[0]
    answer = teacher.get(f"/teams/{first.team_id}/routes.pdf?first={first.day}&days=1")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    text = "".join("".join(read_text(answer.get_data())).split())
    for words in ("冉䶮一", "13800001234", "过了大桥右转", "发作超过5分钟打120", "自己用勺子吃饭", "何晓燕", "冉𬱖"):
        assert words in text, words
    times = [f"{v.start // 60:02d}:{v.start % 60:02d}–" for v in team_visits if v.day == first.day]
    assert [text.index(at) for at in times] == sorted(text.index(at) for at in times)
    with app.app_context():
        assert db.session.scalars(select(PrintLog.child_id).where(PrintLog.kind == "routes")).all()


def test_the_packet_gives_every_paper_a_sheet_of_its_own(coordinator, team_visits, read_text):
    first = team_visits[0]
    answer = coordinator.get(f"/teams/{first.team_id}/packet.pdf?first={first.day}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    pages = read_text(answer.get_data())
    week = [v for v in team_visits if v.day.isocalendar()[:2] == first.day.isocalendar()[:2]]
    forms = [number for number, text in enumerate(pages) if "Record of a home visit" in text and "Arrived" in text]
    assert len(forms) == len(week) and all(number % 2 == 0 for number in forms)
    with pikepdf.open(BytesIO(answer.get_data())) as pdf:
        assert "/StructTreeRoot" in pdf.Root


def test_a_character_without_glyph_is_named_and_the_rest_is_printed(app, teacher, team_visits, read_text):
    with app.app_context():
        db.write()
        db.session.get(Child, team_visits[0].child_id).name = "冉\U000f0123"
        db.session.commit()
    answer = teacher.get(f"/teams/{team_visits[0].team_id}/routes.pdf?first={team_visits[0].day}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    text = "".join("".join(read_text(answer.get_data())).split())
    assert "冉〓" in text and "U+F0123" in text and "冉𬱖" in text


def test_a_week_without_visits_says_so(teacher, district):
    answer = teacher.get(f"/teams/{district.team.id}/routes.pdf?first=2026-07-20")
    assert answer.status_code == 404 and "nothing to print" in answer.get_data(as_text=True)
