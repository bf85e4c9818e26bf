"""What a plan must have before it may be submitted, minutes a week, gaps and overlaps of services.

The rules are numbered (R01 …); each names the field on the editor's page and says what to do. Sources: facts "must get
right" 14 and 17, 残疾人教育条例 art. 24, 国办发〔2021〕60号 for home-delivered teaching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from app.kernel.labels import named
from app.kernel.periods import Period, gaps
from app.kernel.problems import N_, S_, Problem, Severity
from app.plans.curriculum import belongs
from app.plans.rules.periods import LONGEST_DAYS
from app.plans.types import (
    WEEKS,
    Completeness,
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

MONTH_WEEKS = 4

Check = tuple[bool, Problem]


def missing_parts(plan: PlanView, rule: HomeRule) -> list[Problem]:
    """Return what keeps the plan from being submitted and approved, in the order of the editor's page.

    Each problem's code is the number of its rule, its field the id of the element on the page where it is put right.
    """
    return [problem for holds, problem in _checks(plan, rule) if not holds]


def completeness(plan: PlanView, rule: HomeRule) -> Completeness:
    """How many of the plan's checks hold."""
    results = [holds for holds, _problem in _checks(plan, rule)]
    return Completeness(sum(results), len(results))


def _p(code: str, message: str, field: str, **values: object) -> Problem:
    return Problem(code, message, values, field)


def _filled(text: str | None) -> bool:
    return bool(text and text.strip())


def _checks(plan: PlanView, rule: HomeRule) -> Iterator[Check]:
    yield from _frame(plan)
    yield from _sections(plan)
    yield bool(plan.goals), _p("R05", N_("Add at least one long-term goal."), "add-goal")
    for number, goal in enumerate(plan.goals, 1):
        yield from _goal(plan, goal, number)
    yield from _services(plan, rule)
    yield (
        _filled(plan.guardian_answer),
        _p(
            "R30",
            N_("Write down what the guardian says about the plan: agree, partly or disagree."),
            "opinion-guardian_answer",
        ),
    )


def _frame(plan: PlanView) -> Iterator[Check]:
    length = (plan.ends_on - plan.starts_on).days
    yield (
        0 < length <= LONGEST_DAYS,
        _p(
            "R01",
            N_("The plan must end after it starts, and within one year. Put the two dates right."),
            "period-ends_on",
        ),
    )
    yield (
        plan.starts_on <= plan.review_on <= plan.ends_on,
        _p("R02", N_("Set the review on a day inside the plan's period."), "period-review_on"),
    )


def _sections(plan: PlanView) -> Iterator[Check]:
    yield (
        _filled(plan.sections.get(SectionKey.STRENGTHS)),
        _p(
            "R03",
            N_("Write what the child can do and likes: the present level begins with strengths."),
            "strengths-body",
        ),
    )
    yield (
        _filled(plan.sections.get(SectionKey.NEEDS)),
        _p("R04", N_("Write what the child needs in order to learn."), "needs-body"),
    )
    words = _filled(plan.sections.get(SectionKey.CHILD_WORDS)) or _filled(plan.sections.get(SectionKey.FAMILY_WORDS))
    yield (
        words or _filled(plan.no_words_reason),
        _p("R29", N_("Write the child's or the family's own words, or say why there are none."), "child_words-body"),
    )
    for key in SectionKey:
        if _filled(plan.sections.get(key)):
            yield (
                key not in plan.carried_sections,
                _p(
                    "R31",
                    N_("“%(section)s” was copied from the last plan. Read it, then change it or press “Still right”."),
                    f"{key}-body",
                    section=named(key),
                ),
            )


def _goal(plan: PlanView, goal: GoalView, number: int) -> Iterator[Check]:
    at = goal.anchor
    yield _filled(goal.words), _p("R06", N_("Goal %(number)s: write the goal."), f"{at}-words", number=number)
    yield (
        belongs(plan.curriculum, goal.area, goal.domain),
        _p(
            "R07",
            N_("Goal %(number)s: choose the subject and domain from the plan's curriculum."),
            f"{at}-subject",
            number=number,
        ),
    )
    yield (
        _filled(goal.baseline),
        _p("R08", N_("Goal %(number)s: write where the child stands today."), f"{at}-baseline", number=number),
    )
    yield (
        _filled(goal.target),
        _p("R09", N_("Goal %(number)s: write what shall be reached."), f"{at}-target", number=number),
    )
    yield (
        _filled(goal.measure),
        _p("R10", N_("Goal %(number)s: write how it is measured."), f"{at}-measure", number=number),
    )
    yield (
        goal.due_on is not None and plan.starts_on <= goal.due_on <= plan.ends_on,
        _p("R11", N_("Goal %(number)s: set a date inside the plan's period."), f"{at}-due_on", number=number),
    )
    yield (
        not goal.carried,
        _p(
            "R32",
            N_("Goal %(number)s was copied from the last plan. Read it, then change it or press “Still right”."),
            f"{at}-words",
            number=number,
        ),
    )
    yield (
        bool(goal.objectives),
        _p("R12", N_("Goal %(number)s: add at least one short-term objective."), f"{at}-add", number=number),
    )
    for place, objective in enumerate(goal.objectives, 1):
        yield from _objective(plan, objective, f"{number}.{place}")


def _objective(plan: PlanView, one: ObjectiveView, number: str) -> Iterator[Check]:
    at = one.anchor
    texts = (
        (
            "R13",
            S_("R13", "Objective %(number)s: write the condition (where, with what, with which help)."),
            "condition",
        ),
        ("R14", S_("R14", "Objective %(number)s: write what the child will do."), "behaviour"),
        (
            "R15",
            S_("R15", "Objective %(number)s: write the criterion, like “8 of 10 times, three visits in a row”."),
            "criterion",
        ),
        ("R16", S_("R16", "Objective %(number)s: write where the child stands today."), "baseline"),
        ("R17", S_("R17", "Objective %(number)s: name the person who answers for it."), "person"),
        ("R18", S_("R18", "Objective %(number)s: say it in plain words for the family."), "plain_words"),
    )
    for code, message, name in texts:
        yield _filled(getattr(one, name)), _p(code, message, f"{at}-{name}", number=number)
    first, last = one.starts_on, one.due_on
    yield (
        first is not None and last is not None and plan.starts_on <= first <= last <= plan.ends_on,
        _p(
            "R19",
            N_("Objective %(number)s: set its first and last day inside the plan's period."),
            f"{at}-starts_on",
            number=number,
        ),
    )
    yield (
        not one.carried,
        _p(
            "R33",
            N_("Objective %(number)s was copied from the last plan. Read it, then change it or press “Still right”."),
            f"{at}-behaviour",
            number=number,
        ),
    )


def _services(plan: PlanView, rule: HomeRule) -> Iterator[Check]:
    yield (
        bool(plan.services),
        _p("R20", N_("Add at least one service: what is given, how often and by whom."), "add-service"),
    )
    for number, service in enumerate(plan.services, 1):
        yield (
            service.minutes > 0 and service.times > 0,
            _p(
                "R21",
                N_("Service %(number)s: minutes and times must be more than 0."),
                f"{service.anchor}-minutes",
                number=number,
            ),
        )
        yield (
            _filled(service.provider),
            _p("R22", N_("Service %(number)s: say who gives it."), f"{service.anchor}-provider", number=number),
        )
        first, last = service.starts_on or plan.starts_on, service.ends_on or plan.ends_on
        yield (
            first <= last and plan.starts_on <= first and last <= plan.ends_on,
            _p(
                "R23",
                N_("Service %(number)s: its dates must lie inside the plan's period."),
                f"{service.anchor}-starts_on",
                number=number,
            ),
        )
    if plan.taught_at_home:
        yield from _home(plan, rule)


def _home(plan: PlanView, rule: HomeRule) -> Iterator[Check]:
    there = home_services(plan.services)
    yield (
        bool(there),
        _p("R24", N_("The placement is home-delivered teaching: add it as a service."), "add-service"),
    )
    needed, given = visits_needed(rule), sum((visits_in_four_weeks(s) for s in there), Fraction(0))
    yield (
        not there or given >= needed or _filled(plan.below_rule_reason),
        _p(
            "R25",
            N_(
                "The plan gives %(given)s visits in four weeks, the district's rule asks for %(needed)s. "
                "Plan more, or say why fewer."
            ),
            "below_rule-below_rule_reason",
            given=number_text(given),
            needed=number_text(needed),
        ),
    )


def home_services(services: Iterable[ServiceView]) -> list[ServiceView]:
    """The services of teaching delivered to the home."""
    return [s for s in services if s.kind == ServiceKind.HOME_TEACHING and s.place == ServicePlace.HOME]


def visits_in_four_weeks(service: ServiceView) -> Fraction:
    """How often a service is given in four weeks (a month is four weeks)."""
    return Fraction(service.times * MONTH_WEEKS, WEEKS[service.frequency])


def visits_needed(rule: HomeRule) -> Fraction:
    """The least number of visits in four weeks that the district's rule asks for; 0 without a rule."""
    return Fraction(max((rule.visits_per_week or 0) * MONTH_WEEKS, rule.visits_per_month or 0))


def weekly_minutes(minutes: int, times: int, frequency: Frequency) -> Fraction:
    """Minutes a week: 90 minutes once in two weeks are 45."""
    return Fraction(minutes * times, WEEKS[frequency])


def total_weekly_minutes(services: Iterable[ServiceView]) -> Fraction:
    """Minutes a week of all services together."""
    return sum((weekly_minutes(s.minutes, s.times, s.frequency) for s in services), Fraction(0))


def number_text(value: Fraction) -> str:
    """A fraction of quarters as people write it: 45, 17.5, 8.75."""
    whole, rest = divmod(value.numerator * 100 // value.denominator, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def service_warnings(plan: PlanView) -> list[Problem]:
    """Return warnings: the same service twice at the same time, and weeks of the plan in which a service pauses.

    Warnings never stop a submission (must 32).
    """
    found: list[Problem] = []
    if plan.ends_on < plan.starts_on:
        return found
    whole = Period.through(plan.starts_on, plan.ends_on)
    grouped: dict[tuple[object, object], list[tuple[int, ServiceView, Period]]] = {}
    for number, service in enumerate(plan.services, 1):
        if period := _period(service, plan):
            grouped.setdefault((service.kind, service.place), []).append((number, service, period))
    for rows in grouped.values():
        found += _overlaps(rows)
        found += _gaps(rows, whole)
    return found


def _period(service: ServiceView, plan: PlanView) -> Period | None:
    first, last = service.starts_on or plan.starts_on, service.ends_on or plan.ends_on
    return Period.through(first, last) if first <= last else None


def _overlaps(rows: Sequence[tuple[int, ServiceView, Period]]) -> Iterator[Problem]:
    for place, (number, _service, period) in enumerate(rows):
        for other, service, theirs in rows[place + 1 :]:
            if period.overlaps(theirs):
                yield Problem(
                    "W01",
                    N_(
                        "Services %(one)s and %(other)s are of the same kind and overlap. "
                        "If this is one service, keep one line."
                    ),
                    {"one": number, "other": other},
                    f"{service.anchor}-starts_on",
                    Severity.WARNING,
                )


def _gaps(rows: Sequence[tuple[int, ServiceView, Period]], whole: Period) -> Iterator[Problem]:
    for gap in gaps((period for _n, _s, period in rows), whole):
        if gap.last is not None and (gap.last - gap.start).days >= 6:
            yield Problem(
                "W02",
                N_("Service %(number)s is not given from %(first)s to %(last)s. Is that meant?"),
                {"number": rows[0][0], "first": gap.start.isoformat(), "last": gap.last.isoformat()},
                f"{rows[0][1].anchor}-starts_on",
                Severity.WARNING,
            )
