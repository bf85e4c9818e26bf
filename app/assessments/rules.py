"""What an assessment must say, and how two of them compare. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.assessments.instruments import Instrument
from app.kernel.problems import N_, Problem


@dataclass(frozen=True, kw_only=True)
class AssessmentFacts:
    """What the assessor says. `scores` maps the domain's key to the number, or the short text, that was typed."""

    instrument: str
    assessed_on: date
    assessor: str
    scores: Mapping[str, str]
    strengths: str
    needs: str
    edition: str | None = None


@dataclass(frozen=True)
class Change:
    """One domain of two assessments: both values, and the difference of numbers (later - earlier)."""

    domain: str
    before: str
    after: str
    difference: float | None
    better: bool | None


def check_assessment(
    facts: AssessmentFacts, instrument: Instrument | None, *, birth: date, today: date
) -> tuple[Problem, ...]:
    """Return what is missing or wrong: a known instrument, a day in the child's life, who, strengths before needs."""
    found = []
    if instrument is None:
        found.append(Problem("instrument", N_("Choose an instrument of the list."), field="instrument"))
    if not birth <= facts.assessed_on <= today:
        found.append(
            Problem(
                "assessed_on",
                N_("The day lies before the birth or in the future. Check the year."),
                field="assessed_on",
            )
        )
    if not facts.assessor:
        found.append(Problem("assessor", N_("Enter who made the assessment."), field="assessor"))
    if not facts.strengths:
        found.append(Problem("strengths", N_("Write first what the child can do."), field="strengths"))
    if not facts.needs:
        found.append(Problem("needs", N_("Write what the child needs."), field="needs"))
    if instrument and instrument.domains and not any(facts.scores.values()):
        found.append(Problem("scores", N_("Enter at least one score of this instrument."), field="scores"))
    return tuple(found)


def number_of(text: object) -> float | None:
    """A score as a number, or None for words."""
    try:
        return float(str(text).strip().rstrip("%"))
    except ValueError:
        return None


def compare(instrument: Instrument, earlier: Mapping[str, object], later: Mapping[str, object]) -> list[Change]:
    """Domain by domain, in the instrument's order, then domains only one of the two has."""
    keys = [key for key, _name in instrument.domains] + sorted(
        {*earlier, *later} - {key for key, _name in instrument.domains}
    )
    changes = []
    for key in keys:
        if key not in earlier and key not in later:
            continue
        before, after = number_of(earlier.get(key)), number_of(later.get(key))
        difference = after - before if before is not None and after is not None else None
        better = None if not difference else (difference < 0) == _falls(instrument, key)
        changes.append(Change(key, str(earlier.get(key, "")), str(later.get(key, "")), difference, better))
    return changes


def _falls(instrument: Instrument, key: str) -> bool:
    """True where a smaller score is the better one."""
    return instrument.lower_is_better or key == "barriers"
