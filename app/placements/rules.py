"""When a placement may be decided. Pure.

The committee recommends, the guardian says an opinion, the authority decides (残疾人教育条例 arts 20, 21). Children
who can come to school are not taught at home (国办发〔2021〕60号), so each decision on it gives its reason, rests on
two documents and is asked again within twelve months whether the child can come now; each term asks the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.kernel.dates import a_year_after
from app.kernel.problems import N_, S_, Problem
from app.placements.types import Agreement, PlacementKind, ReturnAnswer

REVIEWED = frozenset({PlacementKind.HOME, PlacementKind.DEFERRED})
"""Kinds that end their right with a day on which they are looked at again."""
DOCUMENTS = 2
"""Evidence that home-delivered teaching rests on, like a hospital's diagnosis and the committee's on-site report."""
WITHOUT_SCHOOL = frozenset({PlacementKind.DEFERRED})
ORDINARY = frozenset({PlacementKind.REGULAR_CLASS, PlacementKind.SPECIAL_CLASS})


@dataclass(frozen=True)
class RecommendationFacts:
    kind: PlacementKind
    made_on: date
    committee: str
    members: str
    grounds: str


@dataclass(frozen=True)
class OpinionFacts:
    guardian_name: str
    answer: Agreement
    given_on: date
    words: str | None = None


@dataclass(frozen=True)
class EvidenceFacts:
    """A document: what it is called, who issued it, its day."""

    name: str = ""
    issuer: str = ""
    dated_on: date | None = None

    @property
    def empty(self) -> bool:
        """True when nothing of it was entered."""
        return not (self.name.strip() or self.issuer.strip() or self.dated_on)


@dataclass(frozen=True)
class ReturnFacts:
    """The answer to "can the child come to school now?", what it rests on, who gave it, on which day."""

    answer: ReturnAnswer
    answered_on: date
    words: str
    answered_by: str


@dataclass(frozen=True, kw_only=True)
class DecisionFacts:
    """What the authority decides. `school_is_special` is None without a school."""

    kind: PlacementKind
    decided_on: date
    valid_from: date
    decided_by: str
    school_is_special: bool | None = None
    departure_reason: str | None = None
    home_reason: str | None = None
    review_on: date | None = None
    evidence: tuple[EvidenceFacts, ...] = ()


@dataclass(frozen=True)
class Before:
    """What a decision rests on: the open recommendation (kind, day) and opinion (day), and the decision in force."""

    recommended: PlacementKind | None = None
    recommended_on: date | None = None
    opinion_on: date | None = None
    present_from: date | None = None


def check_recommendation(facts: RecommendationFacts, *, birth: date, today: date) -> tuple[Problem, ...]:
    """Return what is missing: a day in the child's life, who recommends, the grounds."""
    found = _day("made_on", facts.made_on, birth, today)
    for name, message in (
        ("committee", S_("committee_missing", "Enter the name of the expert committee.")),
        ("members", S_("members_missing", "Enter who took part.")),
        ("grounds", S_("grounds_missing", "Write what the recommendation rests on.")),
    ):
        if not getattr(facts, name).strip():
            found.append(Problem(f"{name}_missing", message, field=name))
    return tuple(found)


def check_opinion(facts: OpinionFacts, recommended_on: date | None, *, birth: date, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with an opinion; it is about a recommendation, so it comes after one."""
    found = _day("given_on", facts.given_on, birth, today)
    if recommended_on is None:
        found.append(
            Problem("opinion_early", N_("The guardian's opinion is about a recommendation. Record that first."))
        )
    elif facts.given_on < recommended_on:
        found.append(
            Problem(
                "opinion_before",
                N_("The opinion is dated before the recommendation of %(day)s."),
                {"day": recommended_on.isoformat()},
                "given_on",
            )
        )
    if not facts.guardian_name.strip():
        found.append(Problem("guardian_missing", N_("Enter which guardian said this."), field="guardian_name"))
    if facts.answer != Agreement.AGREE and not (facts.words or "").strip():
        found.append(
            Problem(
                "words_missing",
                S_("words_missing.opinion", "Write what the guardian wishes instead, in their own words."),
                field="words",
            )
        )
    return tuple(found)


def check_decision(facts: DecisionFacts, before: Before, *, birth: date, today: date) -> tuple[Problem, ...]:
    """Return everything that stands against a decision, bound to the form's fields.

    Without recommendation and opinion none is possible; both must be younger than the decision in force rests on,
    which the caller sees to.
    """
    found = _day("decided_on", facts.decided_on, birth, today)
    found += _grounds(facts, before)
    if facts.valid_from < facts.decided_on or facts.valid_from > a_year_after(facts.decided_on):
        found.append(
            Problem(
                "valid_from",
                N_("The placement begins on the day of the decision or within a year after it."),
                field="valid_from",
            )
        )
    if before.present_from and facts.valid_from <= before.present_from:
        found.append(
            Problem(
                "overlap",
                N_("The present placement began on %(day)s. The next one begins later."),
                {"day": before.present_from.isoformat()},
                "valid_from",
            )
        )
    if not facts.decided_by.strip():
        found.append(Problem("decided_by", N_("Enter which authority decides."), field="decided_by"))
    needed = DOCUMENTS if facts.kind == PlacementKind.HOME else 0
    return (
        *found,
        *_school(facts),
        *_review(facts),
        *check_evidence(facts.evidence, needed=needed, birth=birth, until=facts.decided_on),
    )


def check_evidence(rows: tuple[EvidenceFacts, ...], *, needed: int, birth: date, until: date) -> tuple[Problem, ...]:
    """Return what is wrong with documents, bound to `evidence-<n>-<field>`: `needed` different ones, whole, with a day
    from `birth` to `until`."""
    found: list[Problem] = []
    for place in range(max(needed, len(rows))):
        row, at = rows[place] if place < len(rows) else EvidenceFacts(), f"evidence-{place}"
        if row.empty:
            if place < needed:
                found.append(
                    Problem(
                        "evidence_missing",
                        N_(
                            "Home-delivered teaching rests on two documents, for example the hospital's diagnosis and "
                            "the committee's report of its visit. Enter name, issuer and day of each."
                        ),
                        field=f"{at}-name",
                    )
                )
            continue
        if not row.name.strip():
            found.append(Problem("evidence_name", N_("Enter what the document is called."), field=f"{at}-name"))
        if not row.issuer.strip():
            found.append(Problem("evidence_issuer", N_("Enter who issued the document."), field=f"{at}-issuer"))
        if row.dated_on is None or not birth <= row.dated_on <= until:
            found.append(
                Problem(
                    "evidence_day", N_("Enter the document's day, not later than the decision."), field=f"{at}-dated_on"
                )
            )
        if row in rows[:place]:
            found.append(
                Problem("evidence_twice", N_("This is the same document again. Enter another one."), field=f"{at}-name")
            )
    return tuple(found)


def check_return(facts: ReturnFacts, *, term_from: date | None, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with a term's answer; `term_from` is the first day of the running term, if one is known."""
    if term_from is None:
        return (
            Problem("no_term", N_("No term is entered in the calendar for today. Ask the administrator to enter it.")),
        )
    found = []
    if not term_from <= facts.answered_on <= today:
        found.append(
            Problem(
                "answered_on",
                N_("The day lies in the running term, which began on %(day)s, and not in the future."),
                {"day": term_from.isoformat()},
                "answered_on",
            )
        )
    if not facts.words.strip():
        found.append(
            Problem(
                "words_missing",
                S_("words_missing.answer", "Write what the answer rests on: what was seen, who was asked."),
                field="words",
            )
        )
    if not facts.answered_by.strip():
        found.append(Problem("answered_by", N_("Enter who answers."), field="answered_by"))
    return tuple(found)


def _grounds(facts: DecisionFacts, before: Before) -> list[Problem]:
    found = []
    if before.recommended is None:
        found.append(
            Problem("no_recommendation", N_("There is no committee recommendation for this decision. Record it first."))
        )
    elif facts.kind != before.recommended and not (facts.departure_reason or "").strip():
        found.append(
            Problem(
                "departure", N_("This departs from the committee's recommendation. Say why."), field="departure_reason"
            )
        )
    if before.opinion_on is None:
        found.append(Problem("no_opinion", N_("There is no guardian's opinion for this decision. Record it first.")))
    latest = max(filter(None, (before.recommended_on, before.opinion_on)), default=None)
    if latest and facts.decided_on < latest:
        found.append(
            Problem(
                "decided_early",
                N_("The decision is dated before what it rests on (%(day)s)."),
                {"day": latest.isoformat()},
                "decided_on",
            )
        )
    return found


def _school(facts: DecisionFacts) -> list[Problem]:
    if facts.kind in WITHOUT_SCHOOL:
        return []
    if facts.school_is_special is None:
        return [Problem("school_missing", N_("Choose the school that receives or teaches the child."), field="school")]
    if facts.kind in ORDINARY and facts.school_is_special:
        return [
            Problem(
                "school_ordinary", N_("This kind of placement is at an ordinary school. Choose one."), field="school"
            )
        ]
    if facts.kind == PlacementKind.SPECIAL_SCHOOL and not facts.school_is_special:
        return [Problem("school_special", N_("Choose a special school."), field="school")]
    return []


def _review(facts: DecisionFacts) -> list[Problem]:
    found = []
    if facts.kind == PlacementKind.HOME and not (facts.home_reason or "").strip():
        found.append(
            Problem(
                "home_reason", N_("Say why the child cannot come to school, even with support."), field="home_reason"
            )
        )
    if facts.kind in REVIEWED and facts.review_on is None:
        found.append(
            Problem(
                "review_missing",
                N_("Set the day on which it is asked again whether the child can come, within 12 months."),
                field="review_on",
            )
        )
    if facts.review_on and not facts.valid_from < facts.review_on <= a_year_after(facts.valid_from):
        found.append(
            Problem(
                "review_late", N_("The review lies after the beginning and at most 12 months later."), field="review_on"
            )
        )
    return found


def _day(field: str, day: date, birth: date, today: date) -> list[Problem]:
    if birth <= day <= today:
        return []
    return [
        Problem(
            "day_outside",
            S_("day_outside.life", "The day lies before the birth or in the future. Check the year."),
            field=field,
        )
    ]


def step_of(before: Before, assessed: bool) -> int:
    """Which of the steps is next: 1 assessment, 2 recommendation, 3 opinion, 4 decision."""
    if before.recommended is None:
        return 2 if assessed else 1
    return 4 if before.opinion_on else 3
