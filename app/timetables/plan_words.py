"""Published visits that a plan does not fit any more, in words, on the pages of plans and of timetables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import g
from flask_babel import ngettext

from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.teams.queries.who_may_plan import may_plan
from app.timetables.models import Timetable
from app.timetables.queries.plan_gaps_child import gaps_of_child, gaps_with
from app.timetables.rules.fitting import Gap, Pattern
from app.timetables.rules.gathering import month_of
from app.web.filters import day as spell
from app.web.filters import label, today
from app.web.i18n import gettext as _
from app.web.upward import address_of

_MONDAY = date(2026, 6, 1)


@dataclass(frozen=True, kw_only=True)
class GapWords:
    """One child's gap as a page tells it; the addresses are None for who does not plan the month."""

    count: str
    was: Sequence[str]
    now: Sequence[str]
    month: str
    repair: str | None
    again: str | None


def gap_words(row: Timetable, gap: Gap) -> GapWords:
    """A gap of a month in force in words."""
    planner = may_plan(g.actor, row.unit_id)
    return GapWords(
        count=_count(gap),
        was=_patterns(gap.was),
        now=_patterns(gap.now, month_of(row.last_on)[1]),
        month=row.month,
        repair=address_of("repair", row.id, kind="plan_changed", child=gap.child_id) if planner else None,
        again=address_of("new_timetable", month=row.month, unit=row.unit_id) if planner else None,
    )


def _count(gap: Gap) -> str:
    since = spell(gap.since)
    if gap.visits:
        return ngettext(
            "%(num)s published visit from %(day)s on is no longer what the plan says",
            "%(num)s published visits from %(day)s on are no longer what the plan says",
            gap.visits,
            day=since,
        )
    if gap.short:
        return ngettext(
            "%(num)s visit that the plan asks for in the weeks from %(day)s on is not in the published timetable",
            "%(num)s visits that the plan asks for in the weeks from %(day)s on are not in the published timetable",
            gap.short,
            day=since,
        )
    return _("the plan asks for visits from %(day)s on that are not in the published timetable", day=since)


def _patterns(patterns: Iterable[Pattern], cut: date | None = None) -> list[str]:
    """`cut`: the last day looked at, which is no end of a plan that goes on."""
    return [
        " · ".join(
            [
                _(
                    "%(minutes)s minutes, %(times)s times %(often)s",
                    minutes=one.asked.minutes,
                    times=one.asked.times,
                    often=label(one.asked.frequency),
                ),
                *_days(one.weekdays),
                _span(one.first, None if one.last == cut else one.last),
            ]
        )
        for one in patterns
    ]


def _days(weekdays: Iterable[int]) -> list[str]:
    words = _(", ").join(spell(_MONDAY + timedelta(days=n), "EEE") for n in weekdays)
    return [words] if words else []


def _span(first: date, last: date | None) -> str:
    if last is None:
        return _("from %(day)s on", day=spell(first))
    if first == last:
        return spell(first)
    return _("%(first)s to %(last)s", first=spell(first), last=spell(last))


def gaps_of_version(version: PlanVersion, start: date | None) -> list[GapWords]:
    """What the approval of a version would leave unfit from `start` on; of an approved one what is unfit now."""
    if version.state == VersionState.SUBMITTED:
        found = gaps_with(version, start or max(version.starts_on, today()), today())
    else:
        found = gaps_of_child(version.child_id, today()) if version.state == VersionState.APPROVED else []
    return [gap_words(row, gap) for row, gap in found]
