"""Review and approval of plans: who may, what it freezes, when the approved one is in force."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update

from app.children.models import Child, TimelineEvent
from app.db.audit import AuditEntry
from app.kernel.problems import Refused
from app.placements.types import Agreement
from app.plans import actions
from app.plans.content import content_of, parts_of
from app.plans.models import PlanForce
from app.plans.queries import check_paper, objectives_of, plan_in_force
from app.plans.types import SectionKey, Standing, VersionState
from tests.factories import plans as make
from tests.plans.conftest import codes

DAY = timedelta(days=1)


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
        actions.record_guardian_answer(
            desk.author, version.id, answer=Agreement.AGREE, name="x", words=None, on=today, today=today
        )
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
    for act in (
        lambda: actions.approve_plan(desk.approver, version.id, today=today),
        lambda: actions.return_plan(desk.approver, version.id, "x", today=today),
    ):
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
    session.execute(
        update(DistrictRule).where(DistrictRule.unit_id == desk.unit.id, DistrictRule.value == 2).values(value=3)
    )
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
    assert (
        session.scalar(select(func.count()).select_from(TimelineEvent).where(TimelineEvent.subject_id == version.id))
        == 3
    )


def test_the_next_version_ends_the_one_in_force(desk, today):
    first = make.approved(desk, today=today - 10 * DAY)
    second = make.approved(desk, today=today)
    assert plan_in_force(desk.child.id, today - DAY).id == first.id
    assert plan_in_force(desk.child.id, today).id == second.id
    assert plan_in_force(desk.child.id, today - 11 * DAY) is None


def test_a_version_that_starts_later_is_in_force_later(desk, today):
    first = make.approved(desk)
    start = today + 30 * DAY
    version = actions.open_plan(
        desk.author,
        desk.child.id,
        starts_on=start,
        ends_on=start + 100 * DAY,
        review_on=start + 90 * DAY,
        curriculum="intellectual",
        copy=True,
        today=today,
    )
    for section in parts_of(version.id).sections:
        actions.mark_reviewed(desk.author, version.id, "section", section.key.value)
    for goal in parts_of(version.id).goals:
        actions.save_goal(desk.author, version.id, goal.id, {"due_on": start + 90 * DAY, "words": "next"}, 1)
    for one in objectives_of(version.id):
        actions.save_objective(
            desk.author, version.id, one.id, {"starts_on": start, "due_on": start + 90 * DAY, "person": "王老师"}, 1
        )
    actions.record_guardian_answer(
        desk.author, version.id, answer=Agreement.DISAGREE, name="冉𬱖", words=None, on=today, today=today
    )
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
