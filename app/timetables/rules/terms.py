"""Months of a term, and whether a child keeps its teachers over them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from app.timetables.rules.gathering import month_name


def term_months(first: date, last: date) -> list[str]:
    """The months ("2026-09") whose weeks lie in a term, in order."""
    found: list[str] = []
    at = first - timedelta(days=first.weekday())
    while at <= last:
        if month_name(at) not in found:
            found.append(month_name(at))
        at += timedelta(days=7)
    return found


def month_after(month: str) -> str:
    """The month after one ("2026-12" → "2027-01")."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def term_of_month(month: str) -> tuple[int, int]:
    """School year and number of the term in which a month lies or which it comes before."""
    year, number = int(month[:4]), int(month[5:])
    return year - (number < 8), 2 if 2 <= number < 8 else 1


def usually_taught(month: str) -> bool:
    """Whether schools teach in a month of a term whose days are not entered: all months but July and August."""
    return month[5:] not in {"07", "08"}


def main_share(counts: Iterable[tuple[str, str, int]]) -> tuple[int, int]:
    """Of (service, team, visits): the visits by each service's main team, and all visits."""
    by_service: dict[str, Counter[str]] = defaultdict(Counter)
    for service, team, visits in counts:
        by_service[service][team] += visits
    return (
        sum(max(teams.values()) for teams in by_service.values()),
        sum(sum(teams.values()) for teams in by_service.values()),
    )
