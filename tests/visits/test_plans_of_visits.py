"""A visit works on the plan in force on its day, whichever version its timetable was made from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select, update

from app.db import db
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanService, PlanVersion
from app.plans.types import VersionState
from app.timetables.models import Visit
from app.visits.models import RecordPlan, VisitPoint
from app.visits.queries.in_force import plan_of_visit
from app.visits.queries.results import last_records
from tests.factories import visits as make
from tests.house.test_query_counts import MORE, statements_of
from tests.printing.conftest import read_text  # noqa: F401  a fixture
from tests.support.client import read_form

OLD, NEW = "自己用勺子吃饭", "自己拧开水杯喝水"
CHANGE = date(2026, 10, 19)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(datetime(2026, 11, 5, 1, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def visits(app, published, district) -> list[Visit]:
    """The visits of the first child; a second version with another objective is in force from the 19th on."""
    child = district.children[0]
    with app.app_context():
        db.write()
        _change(child, district, CHANGE)
        db.session.commit()
        return list(db.session.scalars(select(Visit).where(Visit.child_id == child.id).order_by(Visit.day)))


def _change(child, district, first: date, number: int = 2) -> None:
    force = db.session.scalars(
        select(PlanForce).where(PlanForce.child_id == child.id, PlanForce.valid_to.is_(None))
    ).one()
    force.valid_to = first
    db.session.flush()
    key = db.session.scalar(select(PlanService.service_key).where(PlanService.version_id == force.version_id))
    made = PlanVersion(
        child_id=child.id,
        number=number,
        state=VersionState.DRAFT,
        starts_on=first,
        ends_on=make.LAST,
        review_on=make.LAST - timedelta(days=14),
        curriculum="intellectual",
        author_name="陈老师",
        created_at=datetime(2026, 10, 18, tzinfo=UTC),
        check_code=f"{number:032d}",
    )
    db.session.add(made)
    db.session.flush()
    goal = PlanGoal(
        version_id=made.id,
        goal_key=made.id,
        position=1,
        area="living_adaptation",
        domain="personal",
        words="能自己喝水",
        baseline="需全辅助",
        target="独立",
        measure="送教记录",
    )
    db.session.add(goal)
    db.session.flush()
    old = db.session.get_one(
        PlanService, db.session.scalar(select(PlanService.id).where(PlanService.service_key == key).limit(1))
    )
    db.session.add_all(
        [
            PlanObjective(
                version_id=made.id,
                goal_id=goal.id,
                objective_key=made.id,
                position=1,
                condition="坐在桌边",
                behaviour="拧开水杯",
                criterion="10 次中 8 次",
                baseline="2 次",
                plain_words=NEW,
                person="何晓燕",
                trials=10,
            ),
            PlanService(
                version_id=made.id,
                service_key=key,
                position=1,
                kind=old.kind,
                minutes=90,
                times=2,
                frequency=old.frequency,
                place=old.place,
                provider=old.provider,
            ),
        ]
    )
    db.session.flush()
    made.state, made.approved_by_name = VersionState.APPROVED, "向主任"
    made.approved_at = datetime(2026, 10, 18, tzinfo=UTC)
    db.session.add(PlanForce(child_id=child.id, version_id=made.id, valid_from=first))
    db.session.flush()


def page_of(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


@pytest.mark.both_databases
def test_the_page_of_a_visit_shows_and_keeps_the_plan_of_its_day(app, teacher, coordinator, visits):
    before, after = visits[0], next(v for v in visits if v.day >= CHANGE)
    page = page_of(teacher, f"/visits/{before.id}/record")
    assert OLD in page and NEW not in page and "The plan has changed" not in page
    page = page_of(teacher, f"/visits/{after.id}/record")
    assert NEW in page and OLD not in page
    assert 'objectives of version 2, in force since <span class="nowrap">2026-10-19</span>' in page
    _action, fields = read_form(page, "record")
    key = (
        next(name for name in fields if name.startswith("prompt-"))
        if any(name.startswith("prompt-") for name in fields)
        else f"prompt-{fields['version']}"
    )
    answer = teacher.submit(
        f"/visits/{after.id}/record",
        "record",
        times="planned",
        explanation="补记",
        **{key: "verbal", key.replace("prompt", "done"): "4"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    with app.app_context():
        assert (
            db.session.scalars(select(RecordPlan.version_id)).one()
            == plan_of_visit(db.session.get_one(Visit, after.id)).version.id
        )
        assert db.session.scalars(select(VisitPoint)).one().done == 4
    page = page_of(coordinator, f"/visits/{after.id}")
    assert NEW in page and OLD not in page and "the timetable was made from version 1" in page
    page = page_of(coordinator, f"/children/{after.child_id}/visits?month=2026-10")
    assert "visits from 2026-10-19 on follow version 2" in page


def test_a_record_keeps_the_version_it_was_written_with(app, teacher, coordinator, visits, district):
    after = next(v for v in visits if v.day > CHANGE)
    page = page_of(teacher, f"/visits/{after.id}/record")
    _action, fields = read_form(page, "record")
    second = fields["version"]
    with app.app_context():  # approved while the page was open, for the same days
        db.write()
        _change(district.children[0], district, after.day, 3)
        db.session.commit()
    values = {
        f"prompt-{second}": "verbal",
        f"done-{second}": "6",
        "times": "planned",
        "version": second,
        "explanation": "补记",
    }
    assert teacher.submit(f"/visits/{after.id}/record", "record", **values).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(VisitPoint)).one().done == 6, "what was tapped is not lost"
    page = page_of(teacher, f"/visits/{after.id}/record")
    assert f"prompt-{second}" in page, "a correction is of what was recorded"
    assert "version 2" in page or NEW in page


def test_a_version_of_another_child_is_not_taken(app, teacher, visits, district):
    foreign = district.versions[district.children[1].id].id
    answer = teacher.submit(
        f"/visits/{visits[0].id}/record", "record", times="planned", version=str(foreign), explanation="补记"
    )
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(RecordPlan)).all() == []
    for odd in ("zzz", "", "0" * 40):
        assert teacher.submit(f"/visits/{visits[1].id}/record", "record", version=odd).status_code == 422


def test_papers_have_the_plan_of_each_day(teacher, visits, read_text):
    after = next(v for v in visits if v.day >= CHANGE)
    for paper in ("routes", "packet"):
        answer = teacher.get(f"/teams/{after.team_id}/{paper}.pdf?first={after.day}")
        text = "".join("".join(read_text(answer.get_data())).split())
        assert NEW in text and "Planversion2,inforcesince2026-10-19" in text, paper
        earlier = teacher.get(f"/teams/{after.team_id}/{paper}.pdf?first={visits[0].day}")
        assert NEW not in "".join("".join(read_text(earlier.get_data())).split()), paper


def test_a_day_without_a_plan_in_force_says_so(app, teacher, visits):
    with app.app_context():
        db.write()
        db.session.execute(update(PlanForce).where(PlanForce.valid_to.is_(None)).values(valid_to=visits[-1].day))
        db.session.commit()
    assert "No plan is in force on this day" in page_of(teacher, f"/visits/{visits[-1].id}/record")


def test_planned_times_are_not_taken_for_the_actual_ones(app, teacher, coordinator, visits):
    path = f"/visits/{visits[0].id}/record"
    page = page_of(teacher, path)
    assert "The times below are the planned ones" in page
    silent = teacher.submit(path, "record")
    assert silent.status_code == 422
    assert "Say whether the visit was at the planned time" in silent.get_data(as_text=True)
    other = teacher.submit(path, "record", times="other")
    assert other.status_code == 422 and "still the planned times" in other.get_data(as_text=True)
    assert (
        teacher.submit(path, "record", times="other", start="09:05", end="10:00", explanation="补记").status_code == 200
    )
    missed = f"/visits/{visits[1].id}/missed"
    assert teacher.submit(missed, "missed", reason="weather", explanation="补记").status_code == 200
    shown = page_of(coordinator, f"/visits/{visits[1].id}")
    assert "<h2>Given" not in shown and "<h2>Not given" in shown
    assert "<h2>Given" in page_of(coordinator, f"/visits/{visits[0].id}")


@pytest.mark.parametrize(("behaviour", "told"), [("用勺子吃饭", False), (None, True)])
def test_a_result_belongs_to_the_words_it_was_measured_on(app, teacher, visits, district, behaviour, told):
    """A copied plan keeps the key of an objective: rewritten it starts anew, unchanged it goes on."""
    first, later = [v for v in visits if v.day > CHANGE][:2]
    page = page_of(teacher, f"/visits/{first.id}/record")
    second = read_form(page, "record")[1]["version"]
    values = {
        f"prompt-{second}": "verbal",
        f"done-{second}": "6",
        "times": "planned",
        "version": second,
        "explanation": "补记",
    }
    assert teacher.submit(f"/visits/{first.id}/record", "record", **values).status_code == 200
    assert "last time 6 of 10" in page_of(teacher, f"/visits/{later.id}/record")
    with app.app_context():
        db.write()
        _change(district.children[0], district, later.day, 3)
        db.session.commit()
    with app.app_context():
        made = db.session.scalars(
            select(PlanObjective)
            .join(PlanVersion, PlanVersion.id == PlanObjective.version_id)
            .where(PlanVersion.number == 3)
        ).one()
        same = db.session.scalars(
            select(PlanObjective)
            .join(PlanVersion, PlanVersion.id == PlanObjective.version_id)
            .where(PlanVersion.number == 2)
        ).one()
        found = last_records(later.child_id, later.day)
        asked = SimpleNamespace(
            objective_key=same.objective_key,
            condition=made.condition,
            criterion=made.criterion,
            behaviour=behaviour or made.behaviour,
        )
        assert bool(found.of([asked])) is told


@pytest.mark.parametrize("which", [0, -1])
def test_visit_without_a_record_asks_no_more_than_one_that_was_given(app, teacher, visits, which):
    """Whether anybody teaches on its day is asked too, and which plan came after its timetable."""
    path = f"/visits/{visits[which].id}"
    assert len(statements_of(app, teacher, path)) <= MORE["/visits/<id>"]
    assert len(statements_of(app, teacher, f"{path}/record")) <= MORE["/visits/<id>/record"]
