"""What a plan must have, minutes a week, gaps and overlaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.curriculum import CURRICULA, belongs, name_of
from app.plans.rules.completeness import (
    completeness,
    missing_parts,
    number_text,
    service_warnings,
    total_weekly_minutes,
    visits_needed,
    weekly_minutes,
)
from app.plans.rules.periods import force_start, moved_days, next_period
from app.plans.rules.who_may_approve import may_be_approved_by
from app.plans.types import (
    Frequency,
    GoalView,
    HomeRule,
    ObjectiveView,
    PlanView,
    SectionKey,
    ServiceKind,
    ServicePlace,
    ServiceView,
)

HANDS = [UUID(int=number) for number in range(1, 5)]
FIRST, LAST = date(2026, 3, 2), date(2026, 7, 10)
RULE = HomeRule(visits_per_week=2)
OBJECTIVE = ObjectiveView(
    "objective-1", "with two pictures", "points to one", "8 of 10", "2 of 10", "points", FIRST, LAST, "Chen"
)
GOAL = GoalView(
    "goal-1", "living_chinese", "reading", "uses pictures", "3", "10", "count", LAST, objectives=(OBJECTIVE,)
)
SERVICE = ServiceView("service-1", ServiceKind.HOME_TEACHING, 90, 2, Frequency.WEEK, ServicePlace.HOME, "Chen")
PLAN = PlanView(
    curriculum="intellectual",
    starts_on=FIRST,
    ends_on=LAST,
    review_on=date(2026, 6, 26),
    taught_at_home=True,
    sections={SectionKey.STRENGTHS: "sings", SectionKey.NEEDS: "pictures", SectionKey.FAMILY_WORDS: "water"},
    goals=(GOAL,),
    services=(SERVICE,),
    guardian_answer="agree",
)


def codes(plan: PlanView, rule: HomeRule = RULE) -> list[str]:
    return [problem.code for problem in missing_parts(plan, rule)]


def with_goal(**values) -> PlanView:
    return replace(PLAN, goals=(replace(GOAL, **values),))


def with_objective(**values) -> PlanView:
    return with_goal(objectives=(replace(OBJECTIVE, **values),))


def with_service(**values) -> PlanView:
    return replace(PLAN, services=(replace(SERVICE, **values),))


def test_a_complete_plan_misses_nothing():
    assert codes(PLAN) == []
    whole = completeness(PLAN, RULE)
    assert whole.done == whole.whole > 20


@pytest.mark.parametrize(
    ("plan", "code", "field"),
    [
        (replace(PLAN, ends_on=FIRST), "R01", "period-ends_on"),
        (replace(PLAN, ends_on=date(2027, 9, 1)), "R01", "period-ends_on"),
        (replace(PLAN, review_on=date(2026, 8, 1)), "R02", "period-review_on"),
        (replace(PLAN, sections=PLAN.sections | {SectionKey.STRENGTHS: " "}), "R03", "strengths-body"),
        (replace(PLAN, sections=PLAN.sections | {SectionKey.NEEDS: ""}), "R04", "needs-body"),
        (replace(PLAN, goals=()), "R05", "add-goal"),
        (with_goal(words=""), "R06", "goal-1-words"),
        (with_goal(domain="numbers"), "R07", "goal-1-subject"),
        (with_goal(area="orientation", domain=""), "R07", "goal-1-subject"),
        (with_goal(baseline=""), "R08", "goal-1-baseline"),
        (with_goal(target=""), "R09", "goal-1-target"),
        (with_goal(measure=""), "R10", "goal-1-measure"),
        (with_goal(due_on=None), "R11", "goal-1-due_on"),
        (with_goal(due_on=date(2026, 9, 1)), "R11", "goal-1-due_on"),
        (with_goal(objectives=()), "R12", "goal-1-add"),
        (with_objective(condition=""), "R13", "objective-1-condition"),
        (with_objective(behaviour=""), "R14", "objective-1-behaviour"),
        (with_objective(criterion=""), "R15", "objective-1-criterion"),
        (with_objective(baseline=""), "R16", "objective-1-baseline"),
        (with_objective(person=""), "R17", "objective-1-person"),
        (with_objective(plain_words=""), "R18", "objective-1-plain_words"),
        (with_objective(due_on=None), "R19", "objective-1-starts_on"),
        (with_objective(starts_on=LAST, due_on=FIRST), "R19", "objective-1-starts_on"),
        (with_service(minutes=0), "R21", "service-1-minutes"),
        (with_service(provider=""), "R22", "service-1-provider"),
        (with_service(ends_on=date(2026, 8, 1)), "R23", "service-1-starts_on"),
        (with_service(place=ServicePlace.CENTRE), "R24", "add-service"),
        (with_service(times=1), "R25", "below_rule-below_rule_reason"),
        (replace(PLAN, sections={SectionKey.STRENGTHS: "a", SectionKey.NEEDS: "b"}), "R29", "child_words-body"),
        (replace(PLAN, guardian_answer=None), "R30", "opinion-guardian_answer"),
        (replace(PLAN, carried_sections=frozenset({SectionKey.NEEDS})), "R31", "needs-body"),
        (with_goal(carried=True), "R32", "goal-1-words"),
        (with_objective(carried=True), "R33", "objective-1-behaviour"),
    ],
)
def test_each_rule_names_its_field(plan, code, field):
    found = [problem for problem in missing_parts(plan, RULE) if problem.code == code]
    assert [problem.field for problem in found] == [field]
    assert "%(" not in found[0].text()
    assert completeness(plan, RULE).done < completeness(plan, RULE).whole


def test_a_plan_needs_a_service():
    assert codes(replace(PLAN, services=(), taught_at_home=False)) == ["R20"]


def test_a_reason_stands_for_fewer_visits_and_for_missing_words():
    assert codes(replace(with_service(times=1), below_rule_reason="in hospital every second week")) == []
    assert (
        codes(replace(PLAN, sections={SectionKey.STRENGTHS: "a", SectionKey.NEEDS: "b"}, no_words_reason="not reached"))
        == []
    )


def test_the_districts_rule_counts_in_four_weeks():
    assert visits_needed(HomeRule(2, None)) == 8
    assert visits_needed(HomeRule(None, 2)) == 2
    assert visits_needed(HomeRule()) == 0
    assert codes(with_service(times=2, frequency=Frequency.MONTH), HomeRule(None, 2)) == []
    assert codes(with_service(times=1, frequency=Frequency.FORTNIGHT), HomeRule(None, 3)) == ["R25"]
    assert codes(with_service(times=1, frequency=Frequency.MONTH), HomeRule()) == []


def test_only_a_child_placed_at_home_needs_visits():
    assert codes(replace(with_service(place=ServicePlace.CENTRE), taught_at_home=False)) == []


def test_minutes_a_week():
    assert weekly_minutes(90, 2, Frequency.WEEK) == 180
    assert weekly_minutes(90, 1, Frequency.FORTNIGHT) == 45
    assert number_text(weekly_minutes(35, 1, Frequency.FORTNIGHT)) == "17.5"
    assert number_text(weekly_minutes(35, 1, Frequency.MONTH)) == "8.75"
    assert total_weekly_minutes([SERVICE, replace(SERVICE, times=1)]) == 270


def test_minutes_a_week_are_exact():
    asked = (
        (minutes, times, frequency) for minutes in range(1, 481) for times in range(1, 29) for frequency in Frequency
    )
    found = (weekly_minutes(*one) for one in asked)
    assert [value for value in found if Fraction(number_text(value)) != value] == []


def test_overlaps_and_gaps_are_warned_of():
    early = replace(SERVICE, anchor="service-1", ends_on=date(2026, 4, 30))
    late = replace(SERVICE, anchor="service-2", starts_on=date(2026, 5, 18))
    found = service_warnings(replace(PLAN, services=(early, late)))
    assert [(p.code, p.values["first"], p.values["last"]) for p in found] == [("W02", "2026-05-01", "2026-05-17")]
    both = service_warnings(replace(PLAN, services=(early, replace(late, starts_on=date(2026, 4, 30)))))
    assert [p.code for p in both] == ["W01"]
    assert not any(p.is_error for p in found + both)
    assert service_warnings(replace(PLAN, services=(early, replace(late, starts_on=date(2026, 5, 1))))) == []


def test_in_force_from_its_start_but_never_before_its_approval():
    assert force_start(FIRST, date(2026, 3, 20)) == date(2026, 3, 20)
    assert force_start(FIRST, date(2026, 2, 1)) == FIRST


def test_the_next_period_follows_the_last():
    assert next_period(FIRST, None)[0] == FIRST
    start, end, review = next_period(FIRST, date(2026, 3, 31))
    assert start == date(2026, 4, 1) and start < review < end and (end - start).days + 1 == 140


def test_curricula():
    assert len(CURRICULA[0].areas) == 10
    assert belongs("intellectual", "information_technology", "")
    assert not belongs("intellectual", "living_chinese", "")
    assert belongs("blind", "orientation", "") and not belongs("deaf", "orientation", "")
    assert name_of("intellectual", "living_chinese", "reading", "zh_Hans") == "生活语文 · 阅读"
    for one in CURRICULA:
        areas = [area.code for area in one.areas]
        assert len(areas) == len(set(areas))


OLD, NEW = (date(2026, 9, 1), date(2027, 1, 20)), (date(2027, 2, 22), date(2027, 7, 7))


@pytest.mark.parametrize(
    ("days", "moved"),
    [
        (OLD, NEW),
        ((None, OLD[1]), (None, NEW[1])),
        ((None, None), (None, None)),
        ((OLD[0], None), (NEW[0], None)),
        ((date(2026, 10, 8), OLD[1]), NEW),
        ((OLD[0], date(2026, 11, 30)), (None, None)),
        ((None, date(2026, 11, 30)), (None, None)),
        ((date(2027, 3, 1), date(2027, 5, 1)), (date(2027, 3, 1), date(2027, 5, 1))),
        ((OLD[0], date(2028, 1, 1)), NEW),
        ((date(2028, 1, 1), date(2028, 2, 1)), (None, None)),
    ],
)
def test_copied_days_go_to_the_new_period_by_rule(days, moved):
    assert moved_days(*days, OLD, NEW) == moved


@given(st.sets(st.sampled_from(HANDS)), st.sampled_from(HANDS))
def test_nobody_approves_what_passed_through_their_own_hands(hands, person):
    assert may_be_approved_by(person, hands | {None}) is (person not in hands)
    assert not may_be_approved_by(None, hands)
