"""Writing plans: one test per refusal, the lock, what the database refuses, what timetable and family read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.access import Grant, Role
from app.access.policy import Forbidden
from app.db import db
from app.errors import NotFound
from app.kernel.problems import Refused
from app.placements.types import Agreement, PlacementKind
from app.plans import actions
from app.plans.content import parts_of
from app.plans.locks import stamp_of
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.queries import list_home_services, objectives_of, plain_summary, plan_in_force
from app.plans.rules.periods import moved_days
from app.plans.types import EditConflict, SectionKey
from app.web.filters import today as local_today
from tests.factories import plans as make
from tests.plans.conftest import codes

DAY = timedelta(days=1)


# --- opening and copying --------------------------------------------------------------------------------------------


def test_one_version_is_written_at_a_time(desk):
    make.begin(desk)
    with pytest.raises(Refused) as refused:
        make.begin(desk)
    assert codes(refused) == ["plan_open"]


def test_the_period_must_be_one(desk, today):
    with pytest.raises(Refused) as refused:
        actions.open_plan(
            desk.author,
            desk.child.id,
            starts_on=today,
            ends_on=today,
            review_on=today + DAY,
            curriculum="none",
            copy=False,
            today=today,
        )
    assert codes(refused) == ["period", "review", "curriculum"]


def test_a_child_out_of_sight_does_not_exist(desk):
    version = make.begin(desk)
    with pytest.raises(NotFound):
        actions.save_section(desk.stranger, version.id, SectionKey.NEEDS, "x", 0)
    with pytest.raises(NotFound):
        actions.approve_plan(desk.stranger, version.id, today=local_today())


def test_an_expert_reads_and_never_writes(desk):
    version = make.begin(desk)
    expert = make.actor_of(desk.users["author"], Grant(Role.EXPERT))
    with pytest.raises(Forbidden):
        actions.save_section(expert, version.id, SectionKey.NEEDS, "x", 0)


def test_a_copy_keeps_keys_and_waits_for_review(desk, today):
    first = make.approved(desk)
    second = make.begin(desk, copy=True)
    old, new = parts_of(first.id), parts_of(second.id)
    assert second.number == 2 and second.copied_from_id == first.id
    assert [g.goal_key for g in new.goals] == [g.goal_key for g in old.goals]
    assert [s.service_key for s in new.services] == [s.service_key for s in old.services]
    assert all(row.carried for row in (*new.sections, *new.goals, *objectives_of(second.id)))
    assert not any(row.carried for row in old.sections)
    with pytest.raises(Refused) as refused:
        actions.submit_plan(desk.author, second.id, today=today)
    assert {"R31", "R32", "R33"} <= set(codes(refused))


def test_a_copy_into_a_later_period_takes_the_days_along(desk, today):
    first, later = make.approved(desk), today + timedelta(weeks=22)
    old = parts_of(first.id)
    second = make.begin(desk, today=later, copy=True)
    new = parts_of(second.id)
    assert [goal.due_on for goal in old.goals] == [first.ends_on] and [g.due_on for g in new.goals] == [second.ends_on]
    for before, after in zip(objectives_of(first.id), objectives_of(second.id), strict=True):
        assert (after.starts_on, after.due_on) == moved_days(
            before.starts_on, before.due_on, (first.starts_on, first.ends_on), (second.starts_on, second.ends_on)
        )
    for before, after in zip(old.services, new.services, strict=True):
        assert (before.starts_on, before.ends_on) == (after.starts_on, after.ends_on) == (None, None)


def test_still_right_and_a_change_both_count_as_reviewed(desk):
    make.approved(desk)
    version = make.begin(desk, copy=True)
    goal = parts_of(version.id).goals[0]
    actions.mark_reviewed(desk.author, version.id, "section", "needs")
    actions.mark_reviewed(desk.author, version.id, "goal", str(goal.id))
    actions.save_section(desk.author, version.id, SectionKey.STRENGTHS, "new words", 1)
    carried = {row.key for row in parts_of(version.id).sections if row.carried}
    assert not carried & {SectionKey.NEEDS, SectionKey.STRENGTHS} and carried
    assert not goal.carried


# --- the lock -------------------------------------------------------------------------------------------------------


def test_the_second_save_is_told_of_the_first(desk):
    version = make.begin(desk)
    assert actions.save_section(desk.author, version.id, SectionKey.NEEDS, "mine", 0) == 1
    with pytest.raises(EditConflict) as conflict:
        actions.save_section(desk.approver, version.id, SectionKey.NEEDS, "yours", 0)
    assert conflict.value.mine == [("body", "yours")] and conflict.value.theirs == [("body", "mine")]
    assert conflict.value.their_name == "陈老师" and conflict.value.version == "1"
    assert parts_of(version.id).sections[0].body == "mine"
    assert actions.save_section(desk.approver, version.id, SectionKey.NEEDS, "yours", 1) == 2


def test_the_same_words_are_no_conflict(desk):
    version = make.begin(desk)
    actions.save_section(desk.author, version.id, SectionKey.NEEDS, "one\ntwo", 0)
    assert actions.save_section(desk.approver, version.id, SectionKey.NEEDS, "one\r\ntwo", 0) == 1


@pytest.mark.parametrize(
    ("kind", "values"),
    [("goal", {"words": "mine"}), ("objective", {"behaviour": "mine"}), ("service", {"minutes": 60})],
)
def test_goals_objectives_and_services_have_the_lock(desk, kind, values):
    version = make.complete_draft(desk)
    parts = parts_of(version.id)
    row = {"goal": parts.goals[0], "objective": objectives_of(version.id)[0], "service": parts.services[0]}[kind]
    seen = row.revision
    actions.save_part(desk.author, version.id, kind, row.id, values, seen)
    other = {name: "other" if isinstance(value, str) else 45 for name, value in values.items()}
    with pytest.raises(EditConflict):
        actions.save_part(desk.approver, version.id, kind, row.id, other, seen)
    assert [getattr(row, name) for name in values] == list(values.values())


def test_groups_of_the_version_do_not_disturb_each_other(desk, today):
    version = make.begin(desk)
    stamps = {group: stamp_of(version, group) for group in ("no_words", "below_rule")}
    actions.save_frame(desk.author, version.id, "no_words", {"no_words_reason": "a"}, stamps["no_words"], today=today)
    actions.save_frame(
        desk.author, version.id, "below_rule", {"below_rule_reason": "b"}, stamps["below_rule"], today=today
    )
    with pytest.raises(EditConflict):
        actions.save_frame(
            desk.approver, version.id, "no_words", {"no_words_reason": "c"}, stamps["no_words"], today=today
        )
    assert (version.no_words_reason, version.below_rule_reason) == ("a", "b")


def test_a_guardian_answers_today_at_the_latest(desk, today):
    version = make.begin(desk)
    with pytest.raises(Refused) as refused:
        actions.record_guardian_answer(
            desk.author, version.id, answer=Agreement.PARTLY, name="冉𬱖", words=None, on=today + DAY, today=today
        )
    assert codes(refused) == ["future"]


# --- parts ----------------------------------------------------------------------------------------------------------


def test_parts_move_and_go(desk):
    version = make.begin(desk)
    first, second = actions.add_goal(desk.author, version.id), actions.add_goal(desk.author, version.id)
    actions.add_objective(desk.author, version.id, second.id)
    actions.move_part(desk.author, version.id, "goal", second.id, up=True)
    assert [g.id for g in parts_of(version.id).goals] == [second.id, first.id]
    actions.move_part(desk.author, version.id, "goal", second.id, up=True)
    assert [g.id for g in parts_of(version.id).goals] == [second.id, first.id]
    actions.remove_part(desk.author, version.id, "goal", second.id)
    assert [g.id for g in parts_of(version.id).goals] == [first.id] and objectives_of(version.id) == []
    with pytest.raises(NotFound):
        actions.save_goal(desk.author, version.id, second.id, {"words": "x"}, 1)


def test_a_part_of_another_version_is_not_found(desk):
    goal = parts_of(make.approved(desk).id).goals[0]
    version = make.begin(desk)
    with pytest.raises(NotFound):
        actions.save_goal(desk.author, version.id, goal.id, {"words": "x"}, goal.revision)


# --- what the database refuses --------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("model", [PlanVersion, PlanSection, PlanGoal, PlanObjective, PlanService])
def test_the_database_refuses_any_change_of_an_approved_version(desk, session, model):
    version = make.approved(desk)
    session.commit()
    column = model.id if model is PlanVersion else model.version_id
    for statement in (
        update(model).where(column == version.id).values(revision=99),
        delete(model).where(column == version.id),
    ):
        with pytest.raises(DBAPIError):
            session.execute(statement)
        session.rollback()


@pytest.mark.both_databases
def test_the_database_refuses_a_new_part_of_an_approved_version(desk, session):
    version = make.approved(desk)
    session.commit()
    session.add(PlanSection(version_id=version.id, key=SectionKey.TRANSITION, body="x", carried=False, revision=1))
    with pytest.raises(DBAPIError):
        session.flush()
    session.rollback()


@pytest.mark.both_databases
def test_the_database_refuses_two_versions_in_force(desk, today, session):
    first = make.approved(desk, today=today - 10 * DAY)
    second = make.approved(desk, today=today)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(update(PlanForce).where(PlanForce.version_id == first.id).values(valid_to=None))
    session.rollback()
    assert plan_in_force(desk.child.id, today).id == second.id


# --- for the timetable and the family -------------------------------------------------------------------------------


def test_home_services_are_clipped_to_force_plan_and_service(desk, today):
    version = make.approved(desk, today=today - 10 * DAY)
    last = today + 300 * DAY
    (found,) = list_home_services(desk.approver, desk.unit.id, today, last)
    assert (found.minutes, found.times, found.needs) == (90, 2, "图片卡")
    assert (found.first, found.last) == (today, version.ends_on)
    make.approved(desk, today=today)
    (found,) = list_home_services(desk.approver, desk.unit.id, today - 5 * DAY, today - DAY)
    assert (found.version_id, found.first, found.last) == (version.id, today - 5 * DAY, today - DAY)
    both = list_home_services(desk.approver, desk.unit.id, today - DAY, today)
    assert [(one.first, one.last) for one in both] in (
        [(today - DAY, today - DAY), (today, today)],
        [(today, today), (today - DAY, today - DAY)],
    )
    assert list_home_services(desk.stranger, desk.unit.id, today, last) == []


def test_a_draft_and_another_place_give_no_home_service(desk, today):
    make.submitted(desk)
    assert list_home_services(desk.approver, desk.unit.id, today, today) == []


def test_the_summary_says_the_plans_own_numbers(app, desk):
    version = make.approved(desk)
    with app.test_request_context():
        summary = plain_summary(version)
    assert (summary.services[0].minutes, summary.services[0].times) == (90, 2)
    assert "90" in summary.services[0].sentence and "2" in summary.services[0].sentence
    assert summary.learning == (make.OBJECTIVE["plain_words"],)
    assert summary.practice[0] == "吃水果前，请他先指一指图片。"
    assert (summary.starts_on, summary.ends_on) == (version.starts_on, version.ends_on)


def test_the_curriculum_begins_by_disability_and_placement(session):
    from app.plans.queries import fitting_curriculum

    db.write()
    assert fitting_curriculum(make.make_desk().child.id) == "intellectual"
    assert fitting_curriculum(make.make_desk(placement=PlacementKind.REGULAR_CLASS).child.id) == "ordinary"
