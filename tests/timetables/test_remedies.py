"""Remedies of a timetable: tried, applied to the next run only, said with what they gain and cost."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import delete, func, select

from app.db import db
from app.jobs.runner import run_waiting
from app.schools.models import School
from app.teams.models import FamilyTime, TeacherHours, Team
from app.timetables.models import Timetable, UnservedNeed
from app.timetables.types import TimetableState
from tests.support.texts import text_of


@pytest.fixture
def two_days(app, district):
    """The teachers are out on Monday and Tuesday only; two visits a week need a day between them."""
    with app.app_context():
        db.write()
        db.session.execute(delete(TeacherHours).where(TeacherHours.weekday > 1))
        db.session.commit()
    return district


@pytest.fixture
def one_day(app, district):
    """The first child's family is free on Mondays only; the plan asks for two visits a week."""
    with app.app_context():
        db.write()
        db.session.execute(
            delete(FamilyTime).where(FamilyTime.weekday > 0, FamilyTime.child_id == district.children[0].id)
        )
        db.session.commit()
    return district


def _remedies(app, timetable_id) -> dict[str, tuple[uuid.UUID, int]]:
    with app.app_context():
        needs = db.session.scalars(select(UnservedNeed).where(UnservedNeed.timetable_id == timetable_id)).all()
        return {one["code"]: (need.id, number) for need in needs for number, one in enumerate(need.remedies or ())}


def test_a_remedy_is_applied_to_the_next_run_only(app, coordinator, two_days, make_timetable):
    made = make_timetable()
    found = _remedies(app, made)
    chosen = next((code for code in ("SHORTEN_GAP", "MORE_HOURS") if code in found), None)
    assert chosen, found
    need, number = found[chosen]
    page = text_of(coordinator.get(f"/timetables/{made}"))
    assert "Apply and run again" in page
    asked = coordinator.get(f"/timetables/{made}/remedy?need={need}&number={number}")
    assert "this timetable and its repairs only" in text_of(asked)
    coordinator.submit(f"/timetables/{made}/remedy?need={need}&number={number}")
    run_waiting(app)
    with app.app_context():
        new = db.session.scalar(select(Timetable).order_by(Timetable.created_at.desc()).limit(1))
        old = db.session.get(Timetable, made)
        assert set(db.session.scalars(select(TeacherHours.weekday))) == {0, 1}
    assert new.id != made and old.state == TimetableState.DRAFT and new.figures.placed > old.figures.placed
    assert "Rules eased for this timetable" in text_of(coordinator.get(f"/timetables/{new.id}"))
    assert "more visit" in text_of(coordinator.get(f"/timetables/{new.id}"))
    answer = coordinator.submit(f"/timetables/{new.id}/publish")
    assert answer.status_code == 200, text_of(answer)


def test_a_remedy_that_costs_more_than_it_gains_is_named_before_it_is_published(
    app, coordinator, two_days, make_timetable
):
    made = make_timetable()
    found = _remedies(app, made)
    need, number = next(found[code] for code in ("SHORTEN_GAP", "MORE_HOURS") if code in found)
    assert "can lose their places" in text_of(coordinator.get(f"/timetables/{made}/remedy?need={need}&number={number}"))
    coordinator.submit(f"/timetables/{made}/remedy?need={need}&number={number}")
    run_waiting(app)
    with app.app_context():
        db.write()
        new = db.session.scalar(select(Timetable.id).order_by(Timetable.created_at.desc()).limit(1))
        db.session.execute(delete(UnservedNeed).where(UnservedNeed.timetable_id == new))
        (gains, loses), versions = two_days.children[:2], [uuid.uuid4(), uuid.uuid4()]
        old = dict(
            db.session.execute(
                select(UnservedNeed.child_id, func.sum(UnservedNeed.missing))
                .where(UnservedNeed.timetable_id == made)
                .group_by(UnservedNeed.child_id)
            ).all()
        )
        db.session.add(
            UnservedNeed(
                timetable_id=new,
                child_id=gains.id,
                service_key=versions[0],
                missing=old[gains.id] - 1,
                reasons=[],
                remedies=[],
            )
        )
        db.session.add(
            UnservedNeed(
                timetable_id=new,
                child_id=loses.id,
                service_key=versions[1],
                missing=old.get(loses.id, 0) + 3,
                reasons=[],
                remedies=[],
            )
        )
        db.session.commit()
        names = gains.name, loses.name
    for path in (f"/timetables/{new}", f"/timetables/{new}/publish"):
        page = re.sub(r"\s+", " ", text_of(coordinator.get(path)))
        assert "This draft is worse than the one before it: 1 more visits have a place, 3 have lost theirs." in page
        assert f"Gained: {names[0]} 1" in page and f"Lost: {names[1]} 3" in page
        assert f'href="/timetables/{made}"' in page and "Discard this draft" in page


def test_a_draft_that_was_never_used_is_no_task_and_can_be_discarded(app, coordinator, district, make_timetable):
    waits = "timetable is made and not published"
    first, second = make_timetable(), make_timetable(seed="5")
    assert f"1 {waits}" in re.sub(r"<[^>]+>|\s+", " ", text_of(coordinator.get("/"))).replace("  ", " ")
    assert "draft, not used" in text_of(coordinator.get("/timetables"))
    coordinator.submit(f"/timetables/{second}/publish")
    assert waits not in text_of(coordinator.get("/"))
    assert "A newer timetable of this month" in text_of(coordinator.get(f"/timetables/{first}"))
    page = coordinator.get("/timetables")
    assert f'action="/timetables/{first}/discard"' in text_of(page)
    coordinator.submit("/timetables", f"/timetables/{first}/discard")
    page = text_of(coordinator.get("/timetables"))
    assert str(first) not in page and str(second) in page and "draft, not used" not in page


def test_one_more_team_is_asked_for_by_the_name_of_its_school(app, coordinator, two_days, make_timetable):
    with app.app_context():
        school = db.session.scalar(select(School.name).join(Team, Team.school_id == School.id).limit(1))
    page = text_of(coordinator.get(f"/timetables/{make_timetable()}"))
    asked = re.search(r"needs one more team of 2 for \d+ minutes a week, from ([^<]+)\.", page)
    assert asked and asked[1] == school
    assert f"/teams/new?unit={two_days.unit.id}" in page[asked.end() :]


def test_a_familys_time_is_entered_only_after_it_was_asked(app, coordinator, one_day, make_timetable):
    made = make_timetable()
    found = _remedies(app, made)
    assert "ADD_WINDOW" in found, found
    need, number = found["ADD_WINDOW"]
    refused = coordinator.submit(f"/timetables/{made}/remedy?need={need}&number={number}")
    assert refused.status_code == 422 and "Phone the family first" in text_of(refused)
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(FamilyTime))
        assert db.session.scalar(select(func.count()).select_from(Timetable)) == 1
    coordinator.submit(f"/timetables/{made}/remedy?need={need}&number={number}", agreed="1")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FamilyTime)) == before + 1
        assert db.session.scalar(select(func.count()).select_from(Timetable)) == 2


def test_the_sum_of_what_is_lacking_stands_on_the_page(coordinator, two_days, make_timetable):
    page = text_of(coordinator.get(f"/timetables/{make_timetable()}"))
    assert "What is lacking in all" in page


def test_a_remedy_that_is_not_there_is_not_found(coordinator, make_timetable):
    made = make_timetable()
    for asked in ("", "?need=x&number=0", f"?need={uuid.uuid4()}&number=0", f"?need={uuid.uuid4()}&number=-1"):
        assert coordinator.get(f"/timetables/{made}/remedy{asked}").status_code == 404


def test_what_wins_nothing_is_said_plainly_and_not_offered_again(app, coordinator, two_days, make_timetable):
    made = make_timetable()
    found = _remedies(app, made)
    need, number = next(found[code] for code in ("SHORTEN_GAP", "MORE_HOURS") if code in found)
    path = f"/timetables/{made}/remedy?need={need}&number={number}"
    asked = text_of(coordinator.get(path))
    with app.app_context():
        missing = db.session.get(Timetable, made).figures.unserved
    assert "Known beforehand: as this draft stands there is room for" in asked and f"In all {missing} visits" in asked
    coordinator.submit(path)
    run_waiting(app)
    with app.app_context():
        db.write()
        new = db.session.scalar(select(Timetable.id).order_by(Timetable.created_at.desc()).limit(1))
        was = {
            (row.child_id, row.service_key): row.missing
            for row in db.session.scalars(select(UnservedNeed).where(UnservedNeed.timetable_id == made))
        }
        db.session.execute(delete(UnservedNeed).where(UnservedNeed.timetable_id == new))
        db.session.add_all(
            UnservedNeed(timetable_id=new, child_id=child, service_key=service, missing=count, reasons=[], remedies=[])
            for (child, service), count in was.items()
        )
        db.session.commit()
    page = text_of(coordinator.get(f"/timetables/{new}"))
    assert "What was eased has won nothing" in page and "for whom it was meant, has gained no visit." in page
    assert not re.search(r'class="button main"\s+href="/timetables/[^"]*/publish"', page)
    assert re.search(rf'class="button main"\s+href="/timetables/{made}"', page), "the way back is"
    asked = text_of(coordinator.get(f"/timetables/{new}/publish"))
    assert "What was eased has won nothing" in asked and "Publish all the same" in asked
    tried = "It was tried from this draft and won nothing"
    assert tried in text_of(coordinator.get(f"/timetables/{made}")) and tried in text_of(coordinator.get(path))
    with app.app_context():
        db.write()
        db.session.get(Timetable, new).state = TimetableState.DISCARDED
        db.session.commit()
    assert tried in text_of(coordinator.get(path)), "put away, it was tried all the same"
