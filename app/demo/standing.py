"""How a demo child stands: assessment, recommendation, opinion, decision, the roll and its history."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from app.children.tails import tails_of
from app.children.timeline import kept
from app.demo import words
from app.demo.dice import Dice, Rows
from app.demo.home import add_evidence
from app.demo.people import DemoChild
from app.demo.places import DemoSchool, DemoUnit
from app.kernel.dates import school_year_of
from app.kernel.problems import S_

DOMAINS = ("perception", "gross_motor", "fine_motor", "self_care", "communication", "cognition", "social")
CLERK = "特教资源中心"


def settle(dice: Dice, rows: Rows, child: DemoChild, on: date) -> None:
    """Give the child its school, placement and roll as of `on`, with how it came to that."""
    year = school_year_of(on)
    entered = max(date(year.start_year - child.grade + 1, 9, 1), child.birth + timedelta(days=6 * 365))
    _event(
        dice,
        rows,
        child,
        "file",
        entered - timedelta(days=100),
        S_("told.file_opened", "File %(number)s opened."),
        number=child.file_number,
    )
    if child.placement is None:
        school = _nearest(child.unit, child, lambda s: s.takes(child.grade))
        _sight(dice, rows, child, school, "opened", min(on, rows.today) - timedelta(days=40))
        return
    first = entered - timedelta(days=30)
    renewed = date(year.start_year, 7, dice.randrange(5, 28))
    if first < renewed - timedelta(days=300) and (dice.often(0.97) if child.placement == "home" else dice.often(0.2)):
        _decide(dice, rows, child, first, ended=renewed)  # home-delivered teaching is decided anew every year
        _decide(dice, rows, child, renewed)
    else:
        _decide(dice, rows, child, first if child.placement != "deferred" else renewed)
    decided = child.decision["decided_on"]
    if child.placement == "deferred":
        _state(dice, rows, child, "deferred", decided, due_on=date(year.start_year + 1, 8, 31))
        _movement(
            dice, rows, child, "deferral", "registered", "deferred", decided, None, "监护人书面申请，附医院证明。"
        )
        return
    _enrol(dice, rows, child, entered, on)


def _decide(dice: Dice, rows: Rows, child: DemoChild, decided: date, ended: date | None = None) -> None:
    assessed = decided - timedelta(days=dice.randrange(20, 45))
    strengths, needs = dice.choice(words.STRENGTHS), dice.choice(words.NEEDS)
    scores = {domain: dice.randrange(0, 4) for domain in DOMAINS}
    child.assessment = {
        "instrument": "shuangxi",
        "edition": None,
        "assessed_on": assessed,
        "assessor": CLERK,
        "scores": scores,
        "strengths": strengths,
        "needs": needs,
    }
    rows.add(
        "assessments",
        id=dice.id(),
        child_id=child.id,
        assessor_id=None,
        recorded_at=dice.moment(assessed),
        **child.assessment,
    )
    home = child.placement == "home"
    carried = home and ended is None and dice.often(0.03)  # from another register, without its papers
    recommendation = opinion = None
    if not carried:
        recommendation, opinion = _heard(dice, rows, child, decided, needs)
    child.decision_id = dice.id()
    child.decision = {
        "kind": child.placement,
        "decided_on": decided,
        "home_reason": dice.choice(words.HOME_REASONS) if home else None,
        "review_on": decided + timedelta(days=360) if home else None,
    }
    rows.add(
        "decisions",
        id=child.decision_id,
        child_id=child.id,
        recommendation_id=recommendation,
        opinion_id=opinion,
        school_id=None,
        valid_from=decided,
        departure_reason=None,
        carried_over=carried,
        decided_by=f"{child.unit.name}教育委员会",
        recorded_at=dice.moment(decided),
        ended_on=ended,
        end_reason="年度复核后重新作出安置决定。" if ended else None,
        **child.decision,
    )
    if home and not carried:
        add_evidence(dice, rows, child, CLERK)
    _event(dice, rows, child, "assessment", assessed, S_("told.assessment_recorded", "An assessment was recorded."))
    _event(dice, rows, child, "placement", decided, S_("told.placement_decided", "The placement was decided."))


def _heard(dice: Dice, rows: Rows, child: DemoChild, decided: date, needs: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The committee's recommendation and the guardian's opinion before a decision; their ids."""
    recommendation = dice.id()
    rows.add(
        "recommendations",
        id=recommendation,
        child_id=child.id,
        kind=child.placement,
        recorded_by=CLERK,
        made_on=decided - timedelta(days=8),
        committee=f"{child.unit.name}残疾人教育专家委员会",
        members="教育、心理、康复、医学、社会工作专家五人",
        grounds=needs,
        recorded_at=dice.moment(decided - timedelta(days=8)),
    )
    opinion = dice.id()
    rows.add(
        "opinions",
        id=opinion,
        child_id=child.id,
        guardian_name=child.guardians[0][0],
        answer="agree",
        words=None,
        given_on=decided - timedelta(days=4),
        recorded_by=CLERK,
        recorded_at=dice.moment(decided - timedelta(days=4)),
    )
    return recommendation, opinion


def _enrol(dice: Dice, rows: Rows, child: DemoChild, entered: date, on: date) -> None:
    unit, grade = child.unit, child.grade
    special = [school for school in unit.schools if school.special]
    if child.placement in {"special_school", "welfare"}:
        child.school = dice.choice(special)
    else:
        child.school = _nearest(unit, child, lambda s: not s.special and s.takes(grade))
    child.attending = child.school if child.placement not in {"home"} else None
    primary = None
    if grade >= 7 and not child.school.special and child.school.kind == "junior":
        primary = _nearest(unit, child, lambda s: s.kind == "primary")
    since = date(school_year_of(on).start_year - (grade - 7), 9, 1) if primary else entered
    lrc = {"visual": "visual", "hearing": "hearing", "intellectual": "intellectual"}.get(child.category, "other")
    mode = "home" if child.placement == "home" else dice.weighted((("day", 6), ("boarding", 4)))
    common = {
        "class_number": None,
        "entered_month": f"{entered:%Y-%m}",
        "entry_kind": "就近入学",
        "pupil_source": "正常入学",
        "attendance": mode,
        "lrc": lrc if child.placement == "regular_class" else "not_lrc",
    }
    if primary:
        _link(dice, rows, child, primary, "roll", entered, since, grade=6, class_name="六年级", **common)
        _movement(dice, rows, child, "transfer_out", "active", "active", since, primary, "小学毕业升入初中。")
    _link(
        dice,
        rows,
        child,
        child.school,
        "roll",
        since,
        None,
        grade=grade,
        class_name=f"{dice.randrange(1, 5)}班",
        **common | {"entered_month": f"{since:%Y-%m}"},
    )
    if child.attending:
        _link(
            dice,
            rows,
            child,
            child.attending,
            "attending",
            since,
            None,
            grade=grade,
            class_name=None,
            **common | {"entered_month": f"{since:%Y-%m}"},
        )
    _student_number(dice, rows, child, entered)
    _movement(dice, rows, child, "enrolment", "placed", "active", entered, primary or child.school, "适龄入学。")
    _event(dice, rows, child, "roll", entered, S_("told.put_on_roll", "The child was put on the roll."))
    if child.placement != "home" and dice.often(0.01):
        start = max(min(on, rows.today) - timedelta(days=dice.randrange(10, 60)), entered + timedelta(days=1))
        child.status = "suspended"
        _state(dice, rows, child, "active", entered, to=start)
        _state(dice, rows, child, "suspended", start, due_on=on + timedelta(days=dice.randrange(-5, 120)))
        _movement(
            dice,
            rows,
            child,
            "suspension",
            "active",
            "suspended",
            start,
            child.school,
            "因病休学，附县级医院诊断证明。",
        )
        _event(dice, rows, child, "roll", start, S_("told.studies_suspended", "Studies were suspended."))
        return
    _state(dice, rows, child, "active", entered)


def deliver(dice: Dice, rows: Rows, child: DemoChild, since: date) -> None:
    """The delivering school of a home-taught child, and its team's sight of the file."""
    team = child.taught_by
    school = team.school
    _link(
        dice,
        rows,
        child,
        school,
        "delivering",
        since,
        None,
        grade=child.grade,
        class_name=None,
        class_number=None,
        entered_month=None,
        entry_kind=None,
        pupil_source=None,
        attendance="home",
        lrc=None,
    )
    for teacher in team.teachers:
        rows.add(
            "sights",
            id=dice.id(),
            child_id=child.id,
            kind="teacher",
            holder_id=teacher.id,
            because="team",
            because_id=team.id,
            valid_from=since,
            valid_to=None,
        )


def _nearest(unit: DemoUnit, child: DemoChild, fits: Callable[[DemoSchool], bool]) -> DemoSchool:
    x, y = child.home
    chosen = [school for school in unit.schools if fits(school)] or unit.schools
    return min(chosen, key=lambda s: ((s.point[0] - x) * 0.87) ** 2 + (s.point[1] - y) ** 2)


def _link(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    school: DemoSchool,
    link: str,
    since: date,
    to: date | None,
    **details: Any,
) -> None:
    row = rows.add(
        "memberships",
        id=dice.id(),
        child_id=child.id,
        school_id=school.id,
        link=link,
        valid_from=since,
        valid_to=to,
        **details,
    )
    if to is None:
        _sight(dice, rows, child, school, link, since, row)
    else:
        _sight(dice, rows, child, school, "past roll", to, row, right="read", facts_to=to)


def _sight(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    school: DemoSchool,
    because: str,
    since: date,
    row: uuid.UUID | None = None,
    **bounds: Any,
) -> None:
    rows.add(
        "sights",
        id=dice.id(),
        child_id=child.id,
        kind="school",
        holder_id=school.id,
        because=because,
        because_id=row,
        valid_from=since,
        valid_to=None,
        **bounds,
    )


def _student_number(dice: Dice, rows: Rows, child: DemoChild, entered: date) -> None:
    if child.number is None:
        kind, number = "L", f"L{dice.randrange(10**16, 10**17)}{dice.randrange(10)}"
    else:
        kind, number = "G", f"G{child.number}"
    rows.add_sealed(
        "student_numbers",
        sealed={"number": number},
        kinds={"number": "student_number"},
        id=dice.id(),
        child_id=child.id,
        kind=kind,
        valid_from=entered,
        valid_to=None,
    )
    for tail in tails_of(number):
        rows.add("number_tails", child_id=child.id, source="student_number", tail=tail)


def _state(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    status: str,
    since: date,
    *,
    to: date | None = None,
    due_on: date | None = None,
) -> None:
    rows.add(
        "roll_states", id=dice.id(), child_id=child.id, status=status, due_on=due_on, valid_from=since, valid_to=to
    )


def _movement(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    kind: str,
    before: str,
    after: str,
    on: date,
    school: DemoSchool | None,
    reason: str,
) -> None:
    rows.add(
        "movements",
        id=dice.id(),
        child_id=child.id,
        kind=kind,
        from_status=before,
        to_status=after,
        school_id=school.id if school else None,
        other_school_id=None,
        effective_on=on,
        reason=reason,
        proof=None,
        by_id=None,
        by_name=CLERK,
        approved_by_id=None,
        approved_by_name=f"{child.unit.name}教育委员会",
        recorded_at=dice.moment(on),
    )


def _event(dice: Dice, rows: Rows, child: DemoChild, kind: str, on: date, sentence: str, **values: Any) -> None:
    code, text = kept(sentence)
    rows.add(
        "timeline_events",
        id=dice.id(),
        child_id=child.id,
        kind=kind,
        happened_on=on,
        recorded_at=dice.moment(on),
        code=code,
        sentence=text,
        values=values,
        subject_id=None,
        by_name=CLERK,
    )
