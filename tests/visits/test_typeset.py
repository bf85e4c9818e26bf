"""Typesetting keeps nobody from saving, and what is noted is what was printed."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select, text

from app.db import audit, db
from app.db.base import make_engine
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.printing import engine
from app.printing.models import Paper, PrintLog
from app.timetables.models import Visit
from tests.printing.conftest import read_text  # noqa: F401  a fixture


@pytest.fixture
def first(app, published) -> Visit:
    with app.app_context():
        return db.session.scalars(select(Visit).order_by(Visit.day, Visit.start)).first()


@pytest.fixture
def meanwhile(app, monkeypatch):
    """Let somebody else do something in a write transaction of their own while a paper is typeset."""
    other, real, done = make_engine(app.config["DATABASE_URL"]), engine.render, []
    if other.dialect.name == "sqlite":
        event.listen(other, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=0"))

    def render(html, **options):
        with other.connect().execution_options(yian_write=True) as connection, connection.begin():
            for work in render.works:
                work(connection, len(done))
        done.append(html)
        return real(html, **options)

    render.works, render.done = [], done
    monkeypatch.setattr(engine, "render", render)
    yield render
    other.dispose()


def noted(app) -> tuple[int, int, int]:
    with app.app_context():
        return (
            db.session.scalar(select(func.count()).select_from(PrintLog)),
            db.session.scalar(select(func.count()).select_from(Paper)),
            db.session.scalar(
                select(func.count()).select_from(audit.AuditEntry).where(audit.AuditEntry.verb == "print")
            ),
        )


@pytest.mark.parametrize("path", ["routes.pdf", "packet.pdf"])
@pytest.mark.both_databases
def test_others_save_while_a_teams_papers_are_typeset(app, coordinator, first, meanwhile, path):
    before = noted(app)
    answer = coordinator.get(f"/teams/{first.team_id}/{path}?first={first.day}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert len(meanwhile.done) == len(set(meanwhile.done)) > 0  # each sheet once, though the page is worked out twice
    after = noted(app)
    assert after[0] > before[0] and after[2] - before[2] == after[0] - before[0]
    again = coordinator.get(f"/teams/{first.team_id}/{path}?first={first.day}")
    assert again.status_code == 200 and noted(app)[1] == after[1]


def test_others_save_while_an_allowance_is_typeset(app, teacher, coordinator, district, first, meanwhile):
    month = f"{first.day:%Y-%m}"
    for client, path in ((teacher, "/my-claim.pdf"), (coordinator, f"/claims/{district.teachers[1].id}/claim.pdf")):
        before = noted(app)
        assert client.get(f"{path}?month={month}").status_code == 200
        assert [now - was for now, was in zip(noted(app), before, strict=True)] == [1, 0, 1]
    assert len(meanwhile.done) == 2


@pytest.mark.parametrize("paper", ["paper", "summary", "summary?size=18"])
def test_others_save_while_a_plan_is_typeset(app, coordinator, district, first, meanwhile, paper):
    with app.app_context():
        version = db.session.scalar(select(PlanVersion.id).where(PlanVersion.state == VersionState.APPROVED).limit(1))
    before = noted(app)
    pages = [coordinator.get(f"/plans/{version}/{paper}") for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200] and len({page.get_data() for page in pages}) == 1
    assert [now - was for now, was in zip(noted(app), before, strict=True)] == [2, 1, 2] and len(meanwhile.done) == 1


@pytest.mark.both_databases
def test_what_changed_while_it_was_typeset_is_typeset_anew(app, coordinator, first, meanwhile, read_text):
    meanwhile.works.append(
        lambda connection, nth: connection.execute(
            text("UPDATE teams SET name = :name"), {"name": f"第{min(nth, 1) + 6}组"}
        )
    )
    answer = coordinator.get(f"/teams/{first.team_id}/routes.pdf?first={first.day}&days=1")
    assert answer.status_code == 200 and len(meanwhile.done) == 3  # its old name, 第6组, 第7组
    assert "第7组" in "".join("".join(read_text(answer.get_data())).split())


def test_what_changes_again_and_again_is_not_handed_out(app, coordinator, first, meanwhile):
    before = noted(app)
    meanwhile.works.append(
        lambda connection, nth: connection.execute(text("UPDATE teams SET name = :name"), {"name": f"第{nth}组"})
    )
    assert coordinator.get(f"/teams/{first.team_id}/routes.pdf?first={first.day}&days=1").status_code == 409
    assert noted(app) == before
