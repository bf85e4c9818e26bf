"""The plan in plain words for the family: short sentences, no jargon; every number is the plan's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Row

from app.kernel.labels import label_of
from app.plans.content import as_day, content_of
from app.plans.models import PlanVersion
from app.plans.types import Frequency, SectionKey, ServiceKind, ServicePlace
from app.web.filters import day as day_words
from app.web.i18n import gettext as _


@dataclass(frozen=True)
class PlainService:
    """One service in a sentence, with its numbers for those who want to compute."""

    sentence: str
    provider: str
    minutes: int
    times: int
    frequency: Frequency


@dataclass(frozen=True, kw_only=True)
class PlainSummary:
    """What the family's page and paper say. `learning` are the objectives in plain words, in the plan's order;
    `starts_on` and `ends_on` the days on which the plan holds, which may be fewer than were planned."""

    child_name: str
    version_id: str
    number: int
    strengths: tuple[str, ...]
    own_words: tuple[str, ...]
    learning: tuple[str, ...]
    services: tuple[PlainService, ...]
    practice: tuple[str, ...]
    starts_on: date
    ends_on: date
    review_on: date
    period_sentence: str
    review_sentence: str
    school: str | None


def plain_summary(version: PlanVersion | Row[*tuple[Any, ...]], held: tuple[date, date] | None = None) -> PlainSummary:
    """Return the plan in plain words, in the language of the request, from the frozen content of an approved version
    (of which a row with its `content` is enough) or from the draft as it stands. `held`: the first and the last
    day on which it holds, where they are known."""
    content = content_of(version)
    plan, sections, child = content["plan"], content["sections"], content["child"]
    starts, ends = held or (as_day(plan["starts_on"]), as_day(plan["ends_on"]))
    review = as_day(plan["review_on"])
    school = child["delivering"] or child["attending"] or child["roll"]
    return PlainSummary(
        child_name=child["name"],
        version_id=plan["id"],
        number=plan["number"],
        strengths=_lines(sections.get(SectionKey.STRENGTHS)),
        own_words=_lines(sections.get(SectionKey.CHILD_WORDS)) + _lines(sections.get(SectionKey.FAMILY_WORDS)),
        learning=tuple(
            _point(one["plain_words"] or one["behaviour"]) for goal in content["goals"] for one in goal["objectives"]
        ),
        services=tuple(_service(one) for one in content["services"]),
        practice=_lines(sections.get(SectionKey.HOME_PRACTICE)),
        starts_on=starts,
        ends_on=ends,
        review_on=review,
        period_sentence=_("This plan runs from %(first)s to %(last)s.", first=_day(starts), last=_day(ends)),
        review_sentence=_("On %(day)s we look at it together again.", day=_day(review)),
        school=school["name"] if school else None,
    )


def _day(value: date) -> str:
    return day_words(value, "long")


_BULLET = re.compile("(?:[•·●○◦∙⁃‣▪▫■□◆◇★☆➢➤✓✔\uf0b7\uf06c\uf0d8\uf0a7]|[-–—*](?=\\s))\\s*")


def _lines(text: str | None) -> tuple[str, ...]:
    """The lines of a section, each for a list that sets its own mark: one that came along from Word is left off."""
    lines = (_point(line) for line in (text or "").splitlines())
    return tuple(line for line in lines if line)


def _point(line: str) -> str:
    line = line.strip()
    while mark := _BULLET.match(line):
        line = line[mark.end() :]
    return line


def _service(one: dict) -> PlainService:
    minutes, times, frequency = one["minutes"], one["times"], Frequency(one["frequency"])
    kind, place = gettext_label(ServiceKind(one["kind"])), gettext_label(ServicePlace(one["place"]))
    often = {
        Frequency.WEEK: ngettext("%(num)s time a week", "%(num)s times a week", times),
        Frequency.FORTNIGHT: ngettext("%(num)s time every two weeks", "%(num)s times every two weeks", times),
        Frequency.MONTH: ngettext("%(num)s time every four weeks", "%(num)s times every four weeks", times),
    }[frequency]
    sentence = _(
        "%(kind)s, %(place)s: %(often)s, %(minutes)s minutes each time.",
        kind=kind,
        place=place.lower(),
        often=often,
        minutes=minutes,
    )
    return PlainService(sentence, one["provider"], minutes, times, frequency)


def gettext_label(member: StrEnum) -> str:
    """The translated name of an enumeration member."""
    return _(label_of(member))
