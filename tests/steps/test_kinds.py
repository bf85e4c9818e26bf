"""What each kind asks for and what settles it; a clock that may be paused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.kernel.problems import Refused
from app.placements.models import Decision
from app.plans import actions as plans
from app.roll import actions as roll
from app.roll.types import MovementKind
from app.steps.actions import pause_step, resume_step, tick_until
from app.steps.kinds import kind_of, step_kinds
from app.steps.models import Step, StepPause
from app.steps.queries import list_mine
from app.steps.types import Ended, Level
from app.web.filters import today
from tests.factories import plans as make
from tests.factories import roll as make_roll


@pytest.fixture
def desk(session):
    db.write()
    return make.make_desk()


def open_steps(child_id, kind: str) -> list[Step]:
    return list(
        db.session.scalars(select(Step).where(Step.child_id == child_id, Step.kind == kind, Step.ended_on.is_(None)))
    )


def test_every_kind_reminds_within_its_time_and_knows_how_it_opens(app):
    assert {
        "transfer_answer",
        "study_break_end",
        "certificate_end",
        "screening",
        "placement_review",
        "plan_review",
        "plan_end",
    } <= {kind.code for kind in step_kinds()}
    for kind in step_kinds():
        length = kind.days if kind.days is not None else kind.ahead
        assert 0 < kind.amber <= length and max(kind.reminds) <= length, kind.code
        assert list(kind.escalates) == sorted(kind.escalates) and 0 < len(kind.escalates) <= 2, kind.code


def test_the_approval_of_the_next_plan_ends_the_step_and_says_who(desk):
    first = make.approved(desk, weeks=4)
    (step,) = open_steps(desk.child.id, "plan_end")
    assert step.due_on == first.ends_on and step.user_id == desk.author.user_id
    assert [line.id for line in list_mine(desk.author, today(), limit=5).lines] == [step.id]
    second = make.complete_draft(desk, weeks=20)
    plans.submit_plan(desk.author, second.id, today=today())
    plans.approve_plan(desk.approver, second.id, today=today())
    assert (step.ended_as, step.deed, step.done_by_name) == (Ended.DONE, "approve_plan", desk.approver.name)
    assert open_steps(desk.child.id, "plan_end") == []


def test_a_placement_past_its_review_day_is_the_district_s_and_rises_to_the_city(desk):
    decision = db.session.scalars(select(Decision).where(Decision.child_id == desk.child.id)).one()
    db.session.commit()
    tick_until(today())
    (step,) = open_steps(desk.child.id, "placement_review")
    assert (step.due_on, step.school_id, step.unit_id) == (decision.review_on, None, desk.unit.id)
    rises_on = decision.review_on + timedelta(days=30)
    assert (step.escalated_to, step.escalated_on) == ((Level.CITY, rises_on) if rises_on <= today() else (None, None))


@pytest.mark.both_databases
def test_coming_back_to_school_ends_the_step_of_the_break(session):
    db.write()
    town = make_roll.make_town()
    child = make_roll.make_enrolled(town, today=today())
    school, district = make_roll.of_school(town.a), make_roll.of_unit(town.home)

    def asked(kind, **values):
        row = roll.ask_movement(
            school, child, roll.Asked(kind=kind, on=today(), reason="重病", proof="医院证明", **values), today=today()
        )
        roll.answer_request(district, row.id, True, None, today=today())

    asked(MovementKind.SUSPENSION, due_on=today() + timedelta(days=20))
    (step,) = open_steps(child.id, "study_break_end")
    assert (step.due_on, step.school_id) == (today() + timedelta(days=20), town.a.id)
    asked(MovementKind.RESUMPTION, grade=3)
    assert (step.ended_as, step.deed, step.done_by_name) == (Ended.DONE, "change_status", district.name)


def test_a_pause_moves_the_due_day_and_needs_a_reason(session, desk):
    make.approved(desk, weeks=20)
    db.session.flush()
    step = Step(
        kind="plan_review",
        subject="plan_version",
        subject_id=desk.child.id,
        part="",
        child_id=desk.child.id,
        unit_id=desk.unit.id,
        school_id=desk.school.id,
        opened_on=today(),
        due_on=today() + timedelta(days=9),
    )
    db.session.add(step)
    db.session.flush()
    district = make.actor_of(desk.users["approver"], *desk.approver.grants)
    due = step.due_on
    with pytest.raises(Refused) as refused:
        pause_step(district, step.id, " ", today=today())
    assert refused.value.problems[0].code == "reason_missing"
    pause_step(district, step.id, "住院", today=today())
    with pytest.raises(Refused) as refused:
        pause_step(district, step.id, "住院", today=today())
    assert refused.value.problems[0].code == "paused_already"
    resume_step(district, step.id, "出院", today=today() + timedelta(days=6))
    assert step.due_on == due + timedelta(days=6) and step.paused_on is None
    with pytest.raises(Refused) as refused:
        resume_step(district, step.id, "出院", today=today() + timedelta(days=7))
    assert refused.value.problems[0].code == "not_paused"
    (pause,) = db.session.scalars(select(StepPause)).all()
    assert (pause.from_on, pause.to_on, pause.reason, pause.resumed_reason) == (
        today(),
        today() + timedelta(days=6),
        "住院",
        "出院",
    )
    assert kind_of("plan_review").pausable


def test_the_clock_is_paused_on_its_page_and_runs_again(app, client, sign_in):
    with app.app_context():
        db.write()
        desk = make.make_desk()
        version = make.approved(desk, weeks=8)
        step = Step(
            kind="plan_review",
            subject="plan_version",
            subject_id=version.id,
            part="",
            child_id=desk.child.id,
            unit_id=desk.unit.id,
            opened_on=today(),
            due_on=version.review_on,
        )
        db.session.add(step)
        db.session.commit()
        step_id = step.id
    sign_in(user=desk.users["approver"])
    page = client.submit(f"/steps/{step_id}", "clock", reason="住院").get_data(as_text=True)
    assert "The clock stands still" in page and "Let the clock run again" in page
    page = client.submit(f"/steps/{step_id}", "clock", reason="出院").get_data(as_text=True)
    assert "The clock runs again" in page and "Pause the clock" in page
