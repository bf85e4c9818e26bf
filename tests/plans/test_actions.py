"""Writing plans: one test per refusal, the lock, the sequence of versions, what the database refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.access import Grant, Role
from app.access.policy import Forbidden
from app.children.models import Child, TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.errors import NotFound
from app.kernel.problems import Refused
from app.placements.types import Agreement, PlacementKind
from app.plans import actions
from app.plans.content import content_of, parts_of
from app.plans.locks import stamp_of
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.queries import check_paper, list_home_services, objectives_of, plain_summary, plan_in_force
from app.plans.rules import moved_days
from app.plans.types import EditConflict, SectionKey, Standing, VersionState
from app.web.filters import today as local_today
from tests.factories import plans as make

DAY = timedelta(days=1)


@pytest.fixture
def today():
    return local_today()


@pytest.fixture
def desk(session):
    db.write()
    return make.make_desk()


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


# --- opening and copying --------------------------------------------------------------------------------------------


def test_one_version_is_written_at_a_time(desk):
    make.begin(desk)
    with pytest.raises(Refused) as refused:
        make.begin(desk)
    assert codes(refused) == ["plan_open"]


def test_the_period_must_be_one(desk, today):
    with pytest.raises(Refused) as refused:
        actions.open_plan(desk.author, desk.child.id, starts_on=today, ends_on=today, review_on=today + DAY,
                          curriculum="none", copy=False, today=today)
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
            before.starts_on, before.due_on, (first.starts_on, first.ends_on), (second.starts_on, second.ends_on))
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


@pytest.mark.parametrize(("kind", "values"), [
    ("goal", {"words": "mine"}), ("objective", {"behaviour": "mine"}), ("service", {"minutes": 60})])
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
    actions.save_frame(desk.author, version.id, "below_rule", {"below_rule_reason": "b"}, stamps["below_rule"],
                       today=today)
    with pytest.raises(EditConflict):
        actions.save_frame(desk.approver, version.id, "no_words", {"no_words_reason": "c"}, stamps["no_words"],
                           today=today)
    assert (version.no_words_reason, version.below_rule_reason) == ("a", "b")


def test_a_guardian_answers_today_at_the_latest(desk, today):
    version = make.begin(desk)
    with pytest.raises(Refused) as refused:
        actions.record_guardian_answer(desk.author, version.id, answer=Agreement.PARTLY, name="冉𬱖", words=None,
                                       on=today + DAY, today=today)
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


# --- review and approval --------------------------------------------------------------------------------------------


def test_an_incomplete_plan_is_not_submitted(desk, today):
    version = make.begin(desk)
    with pytest.raises(Refused) as refused:
        actions.submit_plan(desk.author, version.id, today=today)
    assert {"R03", "R05", "R20", "R24", "R30"} <= set(codes(refused))
    assert version.state == VersionState.DRAFT


def test_fewer_visits_than_the_rule_need_a_reason(desk, today):
    version = make.complete_draft(desk, service={"times": 1})
    with pytest.raises(Refused) as refused:
        actions.submit_plan(desk.author, version.id, today=today)
    assert codes(refused) == ["R25"]
    version.below_rule_reason = "隔周住院"
    assert actions.submit_plan(desk.author, version.id, today=today).state == VersionState.SUBMITTED


def test_nobody_edits_in_review(desk):
    version = make.submitted(desk)
    with pytest.raises(Refused) as refused:
        actions.save_section(desk.author, version.id, SectionKey.NEEDS, "x", 1)
    assert codes(refused) == ["in_review"]


def test_nobody_edits_an_approved_version(desk, today):
    version = make.approved(desk)
    with pytest.raises(Refused) as refused:
        actions.add_goal(desk.author, version.id)
    assert codes(refused) == ["frozen"]
    with pytest.raises(Refused) as refused:
        actions.record_guardian_answer(desk.author, version.id, answer=Agreement.AGREE, name="x", words=None,
                                       on=today, today=today)
    assert codes(refused) == ["frozen"]


def test_the_author_does_not_approve(desk, today):
    version = make.submitted(desk)
    with pytest.raises(Refused) as refused:
        actions.approve_plan(desk.author, version.id, today=today)
    assert codes(refused) == ["own_plan"]


def test_the_one_who_submitted_does_not_approve(desk, today):
    version = make.complete_draft(desk)
    actions.submit_plan(desk.approver, version.id, today=today)
    with pytest.raises(Refused) as refused:
        actions.approve_plan(desk.approver, version.id, today=today)
    assert codes(refused) == ["own_plan"]


def test_only_a_submitted_version_is_approved_or_returned(desk, today):
    version = make.complete_draft(desk)
    for act in (lambda: actions.approve_plan(desk.approver, version.id, today=today),
                lambda: actions.return_plan(desk.approver, version.id, "x", today=today)):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["not_in_review"]


def test_a_return_needs_a_reason_and_opens_the_draft_again(desk, today):
    version = make.submitted(desk)
    with pytest.raises(Refused) as refused:
        actions.return_plan(desk.approver, version.id, "  ", today=today)
    assert codes(refused) == ["reason_missing"]
    actions.return_plan(desk.approver, version.id, "目标太大", today=today)
    assert (version.state, version.returned_reason) == (VersionState.DRAFT, "目标太大")
    actions.save_section(desk.author, version.id, SectionKey.NEEDS, "again", 1)


def test_a_rule_that_became_stricter_stops_the_approval(desk, today, session):
    from app.schools.models import DistrictRule
    from app.schools.queries import forget_rules

    version = make.submitted(desk)
    session.execute(update(DistrictRule).where(DistrictRule.unit_id == desk.unit.id, DistrictRule.value == 2)
                    .values(value=3))
    forget_rules()
    with pytest.raises(Refused) as refused:
        actions.approve_plan(desk.approver, version.id, today=today)
    assert codes(refused) == ["R25"] and version.state == VersionState.SUBMITTED


def test_approval_freezes_the_content_with_its_hash(desk, today, session):
    version = make.approved(desk)
    assert version.content_hash == sha256(version.content).hexdigest()
    content = content_of(version)
    number = desk.child.document_number
    assert content["child"]["document_number"] == f"5{'*' * 16}{number[-1]}"
    assert number not in version.content.decode() and "13800001234" not in version.content.decode()
    assert content["child"]["guardians"][0]["name"] == "冉𬱖"
    assert content["goals"][0]["objectives"][0]["criterion"] == make.OBJECTIVE["criterion"]
    assert not any(isinstance(value, float) for value in json.loads(version.content).values())
    session.get(Child, desk.child.id).name = "改名"
    assert content_of(version)["child"]["name"] == "冉䶮一"
    assert plan_in_force(desk.child.id, today).id == version.id


def test_the_way_of_a_plan_stands_in_trail_and_timeline(desk, session):
    version = make.approved(desk)
    session.commit()
    verbs = set(session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_id == version.id)))
    assert {"open_plan", "submit_plan", "approve_plan"} <= verbs
    assert session.scalar(select(func.count()).select_from(TimelineEvent).where(
        TimelineEvent.subject_id == version.id)) == 3


def test_the_next_version_ends_the_one_in_force(desk, today):
    first = make.approved(desk, today=today - 10 * DAY)
    second = make.approved(desk, today=today)
    assert plan_in_force(desk.child.id, today - DAY).id == first.id
    assert plan_in_force(desk.child.id, today).id == second.id
    assert plan_in_force(desk.child.id, today - 11 * DAY) is None


def test_a_version_that_starts_later_is_in_force_later(desk, today):
    first = make.approved(desk)
    start = today + 30 * DAY
    version = actions.open_plan(desk.author, desk.child.id, starts_on=start, ends_on=start + 100 * DAY,
                                review_on=start + 90 * DAY, curriculum="intellectual", copy=True, today=today)
    for section in parts_of(version.id).sections:
        actions.mark_reviewed(desk.author, version.id, "section", section.key.value)
    for goal in parts_of(version.id).goals:
        actions.save_goal(desk.author, version.id, goal.id, {"due_on": start + 90 * DAY, "words": "next"}, 1)
    for one in objectives_of(version.id):
        actions.save_objective(desk.author, version.id, one.id,
                               {"starts_on": start, "due_on": start + 90 * DAY, "person": "王老师"}, 1)
    actions.record_guardian_answer(desk.author, version.id, answer=Agreement.DISAGREE, name="冉𬱖", words=None,
                                   on=today, today=today)
    actions.submit_plan(desk.author, version.id, today=today)
    actions.approve_plan(desk.approver, version.id, today=today)
    assert plan_in_force(desk.child.id, start - DAY).id == first.id
    assert plan_in_force(desk.child.id, start).id == version.id
    assert check_paper(version.check_code, today).standing == Standing.LATER
    assert check_paper(first.check_code, today).standing == Standing.VALID
    assert check_paper(first.check_code, start).standing == Standing.SUPERSEDED


def test_two_approvals_on_one_day_leave_one_in_force(desk, today, session):
    first, second = make.approved(desk), make.approved(desk)
    assert plan_in_force(desk.child.id, today).id == second.id
    assert session.scalar(select(func.count()).select_from(PlanForce)) == 1
    assert check_paper(first.check_code, today).standing == Standing.SUPERSEDED


# --- what the database refuses --------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("model", [PlanVersion, PlanSection, PlanGoal, PlanObjective, PlanService])
def test_the_database_refuses_any_change_of_an_approved_version(desk, session, model):
    version = make.approved(desk)
    session.commit()
    column = model.id if model is PlanVersion else model.version_id
    for statement in (update(model).where(column == version.id).values(revision=99),
                      delete(model).where(column == version.id)):
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
        [(today - DAY, today - DAY), (today, today)], [(today, today), (today - DAY, today - DAY)])
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


@pytest.mark.parametrize("deed", ["section", "goal", "reviewed"])
def test_who_edited_any_part_does_not_approve_it(desk, today, deed):
    """A co-writer of the same school or district is no second person."""
    version = make.fill(desk, make.begin(desk))
    goal = parts_of(version.id).goals[0]
    if deed == "section":
        actions.save_section(desk.approver, version.id, SectionKey.STRENGTHS, "会用手势表示要喝水。", 1)
    elif deed == "goal":
        actions.move_part(desk.approver, version.id, "goal", goal.id, up=True)
    else:
        actions.mark_reviewed(desk.approver, version.id, "goal", str(goal.id))
    actions.submit_plan(desk.author, version.id, today=today)
    assert not actions.may_approve(desk.approver, version)
    with pytest.raises(Refused) as refused:
        actions.approve_plan(desk.approver, version.id, today=today)
    assert codes(refused) == ["own_plan"]
