"""What happens after an import was made ready and before it takes the lock counts; who saves meanwhile is told."""

from contextlib import contextmanager

import pytest
import time_machine
from sqlalchemy import event, func, select, text

from app.access import SYSTEM
from app.children.models import Child, Guardian, NumberTail, TimelineEvent
from app.children.queries import find_child
from app.db import audit, db, vault
from app.db.audit import AuditEntry
from app.db.rotation import forget, rotate
from app.imports.actions import run_apply
from app.imports.actions.applying import WRITING
from app.roll.models import Membership
from app.schools.models import School, Unit
from app.schools.types import UnitKind
from tests.children.test_pages import NEW, names
from tests.imports.samples import OTHER, PRIMARY, TODAY, child, make_schools, second, xlsx
from tests.imports.test_actions import bring, preview

pytestmark = pytest.mark.both_databases


@pytest.fixture
def schools(session):
    return make_schools()


def count(model, *tests):
    return db.session.scalar(select(func.count()).select_from(model).where(*tests))


def take_while(app, row, happens):
    """Take the import over; `happens` runs in a session of its own after the files were made ready."""
    done = []

    def tell(_done, _total, words):
        if words == WRITING and not done:
            done.append(True)
            with app.app_context():
                db.write()
                happens()
                db.session.commit()

    counts = run_apply(row.id, SYSTEM, today=TODAY, tell=tell)["done"]
    db.session.commit()
    db.session.expire_all()
    assert done
    return {name: number for name, number in counts.items() if number}


def test_the_files_are_ready_before_anybody_has_to_wait(app, schools):
    """Another saves after the making ready: the files carry the moment before that, only the trail is of later."""
    row = preview(xlsx([child(), second()]))
    with time_machine.travel("2026-11-23T02:00:00+00:00", tick=False) as clock:

        def happens():
            clock.shift(3600)
            db.session.add(Unit(code="Z", name="渝北区", kind=UnitKind.DISTRICT, valid_from=TODAY))

        assert take_while(app, row, happens) == {"new": 2}
    assert {moment.hour for moment in db.session.scalars(select(Child.created_at))} == {2}
    assert {
        moment.hour for moment in db.session.scalars(select(AuditEntry.at).where(AuditEntry.verb == "import_child"))
    } == {3}
    assert count(Unit, Unit.code == "Z") == 1


def test_a_school_that_closes_meanwhile_takes_nobody(app, schools):
    row = preview(xlsx([child(), second(school_code=OTHER)]))

    def close():
        db.session.scalar(select(School).where(School.code == PRIMARY)).closed_on = TODAY

    assert take_while(app, row, close) == {"new": 1, "refused": 1}
    assert db.session.scalars(select(Child.name)).all() == ["王㛃"]


def test_a_school_that_is_named_anew_meanwhile_stands_so_on_the_timeline(app, schools):
    row = preview(xlsx([child()]))

    def name():
        db.session.scalar(select(School).where(School.code == PRIMARY)).name = "新名小学"

    assert take_while(app, row, name) == {"new": 1}
    assert db.session.scalar(select(TimelineEvent).where(TimelineEvent.kind == "roll")).values["school"] == "新名小学"


def test_a_key_that_is_rotated_and_forgotten_meanwhile_loses_nothing(app, schools):
    row = preview(xlsx([child()]))

    def change_key():
        db.session.commit()
        vault().add_key()
        rotate()
        forget()

    assert take_while(app, row, change_key) == {"new": 1}
    one = db.session.scalar(select(Child))
    assert one.document_number == "509999201703150012" and one.address
    assert {person.document_number for person in db.session.scalars(select(Guardian))} == {"440524188001010014"}


def test_a_child_that_gets_its_file_meanwhile_gets_no_second_one(app, schools):
    row, other = preview(xlsx([child(), second()])), preview(xlsx([child()]))

    def bring_it():
        db.session.rollback()
        run_apply(other.id, SYSTEM, today=TODAY)

    assert take_while(app, row, bring_it) == {"new": 1, "same": 1}
    assert count(Child) == 2 and count(Membership) == 1
    assert count(NumberTail, NumberTail.source == "document") == 2
    assert audit.verify(db.session.connection(), vault().audit_key)[2] is None


def test_a_family_member_who_comes_meanwhile_is_shared(app, schools):
    row, other = (
        preview(xlsx([second(member1_name="冉·土家", member1_number="440524188001010014")])),
        preview(xlsx([child()])),
    )

    def bring_it():
        db.session.rollback()
        run_apply(other.id, SYSTEM, today=TODAY)

    assert take_while(app, row, bring_it) == {"new": 1}
    assert count(Child) == 2 and count(Guardian) == 1


def test_only_some_of_the_rows_that_were_ready_are_written(app, schools):
    """A row that is held back under the lock leaves nothing behind in any table."""
    bring([second(name="冉一", member1_name="冉大", member1_phone="13900000009")])
    row, other = preview(xlsx([child(), second()])), preview(xlsx([second()]))
    assert take_while(app, row, lambda: (db.session.rollback(), run_apply(other.id, SYSTEM, today=TODAY))) == {
        "new": 1,
        "same": 1,
    }
    assert sorted(db.session.scalars(select(Child.name))) == sorted(["冉一", "王㛃", "𬱖䶮"])
    assert all(find_child(SYSTEM, key) for key in db.session.scalars(select(Child.id)))
    assert count(TimelineEvent) == count(TimelineEvent, TimelineEvent.child_id.in_(select(Child.id)))


@contextmanager
def impatient(app):
    """Whoever waits for the database's lock gives up at once instead of after fifteen seconds."""
    engine = app.extensions["yian.engine"]
    is_sqlite = engine.dialect.name == "sqlite"

    def set_wait(connection):
        connection.exec_driver_sql("PRAGMA busy_timeout=20" if is_sqlite else "SET LOCAL lock_timeout='50ms'")

    if is_sqlite:
        event.listen(engine, "begin", set_wait, insert=True)
    else:
        event.listen(engine, "begin", set_wait)
    try:
        yield
    finally:
        event.remove(engine, "begin", set_wait)
        with engine.connect() as connection:
            if is_sqlite:
                connection.execute(text("PRAGMA busy_timeout=15000"))


def test_who_saves_beside_an_import_that_lasts_is_told_to_try_again_and_then_can(app, client, sign_in):
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        make_schools()
        here = db.session.scalar(select(School.id).where(School.code == PRIMARY))
        row = preview(xlsx([child()])).id
    sign_in("school_coordinator", school_id=here)
    with app.app_context():
        run_apply(row, SYSTEM, today=TODAY)
        with impatient(app):
            page = client.submit("/children/new", "new-child", **NEW)
        assert page.status_code == 503 and int(page.headers["Retry-After"]) > 0
        assert "Traceback" not in names(page)
        db.session.commit()
    page = client.submit("/children/new", "new-child", **NEW)
    assert page.status_code == 200 and "王㛃" in names(page)
    with app.app_context():
        assert sorted(db.session.scalars(select(Child.name))) == sorted(["王㛃", "𬱖䶮"])
