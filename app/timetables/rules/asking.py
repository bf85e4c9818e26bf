"""How many visits a plan asks for, week by week: one rule for planning, repairs, the minutes due and their checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from uuid import UUID

from app.plans.types import WEEKS, Frequency
from app.timetables.rules.fitting import Service, asked_of
from app.timetables.types import CalendarInput

DAY = timedelta(days=1)


@dataclass(eq=False, kw_only=True)
class Part:
    """What a service asks for in one period of its frequency: `visits` from `first` to `last`, the days of the period
    on which it holds. `share`: the same unrounded; `whole`: from the first day of school of the period, to its last.
    `mates`: all parts of the period before and after changes of plan, this one among them, in order."""

    first: date
    last: date
    share: Fraction
    whole: tuple[bool, bool]
    visits: int = 0
    mates: tuple[Part, ...] = field(default=(), repr=False)


def asked_by_period(
    needs: Sequence[Service], days: Iterable[CalendarInput], month_days: int | None = None
) -> list[list[Part]]:
    """What each of the services asks for on the days, period by period (weeks, fortnights from the Monday of the first
    day, the month).

    A period in which a service holds all the time asks for its number. One that the beginning or the end of teaching,
    or of the days, cuts asks for its share of the days of school, rounded down (of a month, to the nearest). One that a
    change of plan cuts is no less a period of the child's: the shares before and after the change are added up, the sum
    is rounded to the nearest number (a half upwards), and each side gets its share rounded down, the side with the
    greater rest one more. So two a week that become two a week of another length are two in that week too; one a week
    that becomes three on the Wednesday is two (2/5 of one and 3/5 of three); never fewer than the smaller and never
    more than the greater of both numbers.

    Closed days inside the term count as days of school: a holiday's visit is made up, it does not lapse. A service that
    another takes the place of the day after is a change of plan too. `month_days`: open days of the whole month, where
    the days are only the rest of it.
    """
    days = list(days)
    parts = [_parts(need, days, month_days) for need in needs]
    after = followers(needs)
    done: set[int] = set()
    for i in sorted(range(len(needs)), key=lambda n: needs[n].first):
        for n, part in enumerate(parts[i]):
            if id(part) in done:
                continue
            group, at, last = [part], i, n
            while last == len(parts[at]) - 1 and (then := after.get(at)) is not None and parts[then]:
                if group[-1].whole[1] and parts[then][0].whole[0]:
                    break
                group.append(parts[then][0])
                at, last = then, 0
            done |= {id(one) for one in group}
            for one in group:
                one.mates = tuple(group)
            _round(group, monthly=Frequency.MONTH in (needs[i].frequency, needs[at].frequency))
    return parts


def min_gap(times: int, frequency: Frequency) -> int:
    """Days that two visits of a service are apart at least: half of the even spacing, 1 = on different days.

    Twice a week gives 2 (never on two days running), once a week 4, twice in four weeks 7.
    """
    span = 7 * WEEKS[frequency]
    return max(1, -(-span // max(1, times) // 2))


def asked_in(need: Service, days: Iterable[CalendarInput]) -> int:
    """Visits that one service by itself asks for on the days (see `asked_by_period`)."""
    return sum(one.visits for one in asked_by_period([need], days)[0])


def asked_of_each(needs: Sequence[Service], days: Iterable[CalendarInput]) -> dict[tuple[UUID, UUID], int]:
    """Visits that services ask for on the days, by child and service."""
    found: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for need, parts in zip(needs, asked_by_period(needs, days), strict=True):
        found[need.child_id, need.service_key] += sum(one.visits for one in parts)
    return found


def left_of(asked: int, had: int, days: Collection[date], gap: int) -> int:
    """What is still asked for of a period that has begun: visits that stand in it count, and no more are asked than fit
    on the days of school that are left, `gap` days apart."""
    if not days:
        return 0
    fit = 1 + (max(days) - min(days)).days // max(1, gap)
    return max(0, min(asked - had, fit))


def rest_of(part: Part, had: Iterable[date], days: Iterable[date], since: date, gap: int) -> int:
    """What the whole period of a part asks for from `since` on. `had`: days of visits that stand, of all its mates;
    `days`: the days that are planned."""
    first, last = part.mates[0].first, part.mates[-1].last
    asked = sum(one.visits for one in part.mates)
    if first >= since:
        return asked
    left = [day for day in days if since <= day <= last and day.weekday() < 5]
    return left_of(asked, sum(first <= day <= last and day < since for day in had), left, gap)


def lacking(
    parts: Iterable[Part], standing: Collection[tuple[date, bool]], days: Collection[date], since: date, gap: int
) -> list[tuple[date, int]]:
    """[(first day, visits missing)] of the periods of a service from `since` on, of all plans that hold in them.
    `standing`: (day, is it a regular one) of its visits; one that was put into another period, by hand or as a make-up,
    counts for the first that lacks one."""
    found: list[tuple[date, int]] = []
    spare = 0
    for mates in dict.fromkeys(part.mates for part in parts):
        first, last = max(mates[0].first, since), mates[-1].last
        regular = [one for day, one in standing if mates[0].first <= day <= last]
        over = len(regular) - sum(part.visits for part in mates)
        spare += min(over, regular.count(False)) if over > 0 else 0
        if mates[0].first < since:
            spare += min(0, over)  # what was put elsewhere for a period that is over or has begun
        if last >= since:
            n = rest_of(mates[-1], [day for day, _ in standing], days, since, gap)
            n -= sum(first <= day <= last for day, _ in standing)
            found += [(first, n)] if n > 0 else []
    return less(found, max(0, spare))


def less(found: Iterable[tuple[date, int]], spare: int) -> list[tuple[date, int]]:
    """What is missing without so many, the first first."""
    left = []
    for first, n in found:
        taken = min(n, spare)
        spare -= taken
        if n > taken:
            left.append((first, n - taken))
    return left


def changed_children(needs: Sequence[Service]) -> set[UUID]:
    """Children for whom a plan takes the place of another that asks otherwise."""
    return {
        needs[i].child_id
        for i, n in followers(needs).items()
        if needs[i].service_key != needs[n].service_key or asked_of(needs[i]) != asked_of(needs[n])
    }


def _parts(need: Service, days: Sequence[CalendarInput], month_days: int | None) -> list[Part]:
    if need.frequency == Frequency.MONTH:
        return _of_month(need, days, month_days)
    if not days:
        return []
    long = 7 * WEEKS[need.frequency]
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    inside: dict[int, list[date]] = defaultdict(list)
    for one in days:
        if need.first <= one.day <= need.last and one.day.weekday() < 5:
            inside[(one.day - monday).days // long].append(one.day)
    found = []
    for block, own in sorted(inside.items()):
        begin = monday + timedelta(days=block * long)
        ends = own[0] == begin, own[-1] >= begin + timedelta(days=long - 3)
        last = begin + timedelta(days=long - 1) if ends[1] else own[-1]
        share = Fraction(need.times * len(own), 5 * WEEKS[need.frequency])
        found.append(Part(first=own[0], last=last, share=share, whole=ends))
    return found


def _of_month(need: Service, days: Sequence[CalendarInput], month_days: int | None) -> list[Part]:
    open_days = [one.day for one in days if one.acts_as is not None]
    own = [day for day in open_days if need.first <= day <= need.last]
    if not own:
        return []
    whole = month_days in (None, len(open_days))
    ends = whole and own[0] == open_days[0], own[-1] == open_days[-1]
    share = Fraction(need.times * len(own), month_days or len(open_days))
    return [Part(first=own[0], last=own[-1], share=share, whole=ends)]


def followers(needs: Sequence[Service]) -> dict[int, int]:
    """{service: the one that goes on in its place without a day of school between}: of the same service, or where
    there is none of another that begins as this one ends."""
    found: dict[int, int] = {}
    by_child: dict[UUID, list[int]] = defaultdict(list)
    for i, one in enumerate(needs):
        by_child[one.child_id].append(i)
    for same in (True, False):
        taken = set(found.values())
        for rows in by_child.values():
            for i in rows:
                n = (
                    None
                    if i in found
                    else next((n for n in rows if n not in taken and _goes_on(needs, i, n, same)), None)
                )
                if n is not None:
                    found[i] = n
                    taken.add(n)
    return found


def _goes_on(needs: Sequence[Service], i: int, n: int, same: bool) -> bool:
    one, other = needs[i], needs[n]
    if (one.service_key == other.service_key) is not same:
        return False
    day = one.last + DAY
    while day.weekday() > 4:
        day += DAY
    return one.last < other.first <= day


def _round(group: Sequence[Part], monthly: bool) -> None:
    """Give the parts of one period, which follow each other, their whole numbers."""
    total = sum((part.share for part in group), Fraction(0))
    nearest = monthly or (group[0].whole[0] and group[-1].whole[1])
    left = floor(total + Fraction(1, 2)) if nearest else floor(total)
    for part in group:
        part.visits = floor(part.share)
        left -= part.visits
    later = sorted(range(len(group)), key=lambda n: (group[n].share - group[n].visits, n), reverse=True)
    for n in later[:left]:
        group[n].visits += 1
