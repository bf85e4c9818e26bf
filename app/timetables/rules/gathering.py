"""From what is known of teams, families and plans to the problem that the engine solves."""

from __future__ import annotations

import calendar
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from hashlib import sha256

from app.kernel.problems import N_, S_, Checked, Problem, refused
from app.kernel.sun import sunset_minutes
from app.kernel.text import canonical_json
from app.plans.types import WEEKS, Frequency
from app.roads.rules import STEP, meeting, travel_between
from app.roads.types import LegHalf, LegInput, Spot
from app.routing import Break, Child, Day, HalfDay, Quota, Team
from app.routing import Problem as Task
from app.teams.rules import disliked, musts, skills_of
from app.teams.types import Member, Stretch, TeamLack
from app.timetables.rules.asking import Part, asked_by_period, left_of, min_gap
from app.timetables.types import CalendarInput, ChildInput, Inputs, LeftOut, Need, TeamInput

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def is_month(text: str | None) -> bool:
    """True for a month like "2026-10"."""
    return _MONTH.fullmatch(text or "") is not None


def period_of(month: str, today: date, *, published: bool) -> Checked[tuple[date, date]]:
    """First and last day a new timetable of `month` ("2026-10") covers: its whole weeks (see `weeks_of`).

    A month that has begun starts tomorrow, so that nothing is planned into the past; a month that is over is planned
    whole (records entered late), unless a published timetable stands there already.
    """
    match = _MONTH.fullmatch(month or "")
    if not match:
        return refused(
            "month_unreadable",
            S_("month_unreadable.period", "Enter a month like 2026-10, from %(first)s to %(last)s."),
            first="2000-01",
            last="2099-12",
        )
    first, last = weeks_of(int(match[1]), int(match[2]))
    if last < today and published:
        return refused(
            "month_over",
            N_("This month is over and its timetable was published. What was given is recorded at each visit."),
        )
    if first <= today <= last:
        first = today + timedelta(days=1)
    if first > last:
        return refused("month_ends_today", N_("This month ends today. Choose the next month."))
    return Checked((first, last))


def demand_id(child_id: uuid.UUID, service_key: uuid.UUID, since: date | None = None) -> str:
    """The engine's name for one service of one child; `since`: the day from which it is asked otherwise than before
    (see `spells`)."""
    return f"{child_id}:{service_key}" + (f":{since}" if since else "")


def split_demand(text: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Child and service of a demand's name."""
    child, service = text.split(":")[:2]
    return uuid.UUID(child), uuid.UUID(service)


def spells(needs: Iterable[Need]) -> list[tuple[str, Need]]:
    """The needs by the engine's names. A service that goes on as it was under the next version of a plan is one; one
    that is asked otherwise from a day on, or again after a pause, is another from that day."""
    services: dict[tuple[uuid.UUID, uuid.UUID], list[Need]] = {}
    for need in needs:
        services.setdefault((need.child_id, need.service_key), []).append(need)
    found = []
    for key, rows in services.items():
        own: list[Need] = []
        for need in sorted(rows, key=lambda one: one.first):
            if own and _goes_on(own[-1], need):
                own[-1] = replace(own[-1], last=max(own[-1].last, need.last))
            else:
                own.append(replace(need, held=0) if own else need)
        found += [(demand_id(*key, need.first if n else None), need) for n, need in enumerate(own)]
    return found


def _goes_on(before: Need, need: Need) -> bool:
    same = replace(before, first=need.first, last=need.last, version_id=need.version_id) == need
    return same and need.first <= before.last + timedelta(days=1)


def demands_on(task: Task) -> Callable[[uuid.UUID, uuid.UUID, date], str]:
    """What the engine calls a service of a child on a day in a problem."""
    later: dict[str, list[str]] = {}
    for one in task.children:
        if one.id.count(":") > 1:
            service, _, since = one.id.rpartition(":")
            later.setdefault(service, []).append(since)

    def named(child_id: uuid.UUID, service_key: uuid.UUID, day: date) -> str:
        service = demand_id(child_id, service_key)
        since = max((one for one in later.get(service, ()) if one <= day.isoformat()), default=None)
        return f"{service}:{since}" if since else service

    return named


def versions_on(needs: Iterable[Need]) -> Callable[[uuid.UUID, uuid.UUID, date], uuid.UUID]:
    """The version of the plan that asks for a service of a child on a day: the last that began by then."""
    asked: dict[tuple[uuid.UUID, uuid.UUID], list[Need]] = {}
    for need in needs:
        asked.setdefault((need.child_id, need.service_key), []).append(need)

    def version(child_id: uuid.UUID, service_key: uuid.UUID, day: date) -> uuid.UUID:
        rows = sorted(asked[child_id, service_key], key=lambda one: one.first)
        return next((one for one in reversed(rows) if one.first <= day), rows[0]).version_id

    return version


def left_out(child: ChildInput) -> LeftOut | None:
    """Why a child cannot be planned at all, or None."""
    if not child.on_roll:
        return LeftOut.NOT_ON_ROLL
    if child.spot is None:
        return LeftOut.NO_HOME
    return None if child.times else LeftOut.NO_TIMES


def team_lack(team: TeamInput) -> TeamLack | None:
    """Why a team cannot visit at all, or None."""
    if not team.members:
        return TeamLack.NO_MEMBER
    if None in team.spots.values():
        return TeamLack.NO_PLACE
    return None if _common_hours(team.members) else TeamLack.NO_HOURS


def periods_of(inputs: Inputs) -> list[tuple[str, Need, list[Part]]]:
    """The services of inputs by the engine's names (see `spells`), each with what it asks for period by period."""
    rows = spells(inputs.needs)
    parts = asked_by_period([need for _, need in rows], inputs.days, inputs.month_days)
    return [(name, need, own) for (name, need), own in zip(rows, parts, strict=True)]


def quotas(inputs: Inputs) -> dict[str, tuple[Quota, ...]]:
    """What every service asks for by the engine's names (see `spells`), period by period (see `asked_by_period`), on
    the days of the inputs. Of a period that has begun before them, what stands in it counts."""
    rows = spells(inputs.needs)
    month = _with_days_before(inputs)
    needs = [_from_before(need, inputs, month) for _, need in rows]
    parts = asked_by_period(needs, month, inputs.month_days)
    return {
        name: tuple(_to_come(need, one, inputs) for one in own if one.last >= inputs.days[0].day)
        for (name, need), own in zip(rows, parts, strict=True)
    }


def _with_days_before(inputs: Inputs) -> list[CalendarInput]:
    """The days, before them those of their month that are over: known for their weekdays only."""
    first = inputs.days[0].day
    begin = month_of(first)[0]
    over = [begin + timedelta(days=n) for n in range((first - begin).days)]
    return [*(CalendarInput(day, None) for day in over), *inputs.days]


def _from_before(need: Need, inputs: Inputs, month: Sequence[CalendarInput]) -> Need:
    """A service of which visits stand already was asked for before the days began."""
    began = need.first <= inputs.days[0].day and need.held
    return replace(need, first=month[0].day) if began else need


def _to_come(need: Need, one: Part, inputs: Inputs) -> Quota:
    first = inputs.days[0].day
    if one.first >= first:
        return Quota(one.first, one.last, one.visits)
    had = sum(one.first <= day <= one.last for day in need.held_on)
    left = [day.day for day in inputs.days if day.day <= one.last and day.day.weekday() < 5]
    return Quota(first, one.last, left_of(one.visits, had, left, min_gap(need.times, need.frequency)))


def _asked(need: Need, inputs: Inputs, own: tuple[Quota, ...]) -> tuple[int | None, tuple[Quota, ...] | None]:
    """(visits in the whole horizon, the same period by period), both None where the engine counts by weeks."""
    if need.frequency == Frequency.MONTH:
        goes_on = need.held and need.last >= inputs.days[-1].day
        return max(0, need.times - need.held) if goes_on else sum(one.visits for one in own), None
    whole = need.first <= inputs.days[0].day and need.last >= inputs.days[-1].day
    return None, None if whole and not need.held else own


def _common_hours(members: Iterable[Member]) -> dict[int, tuple[HalfDay, ...]]:
    """Stretches of each weekday in which all members can be out."""
    common: list[tuple[int, int, int]] | None = None
    for member in members:
        own = [(h.weekday, h.start, h.end) for h in member.hours]
        common = (
            own
            if common is None
            else [
                (w, max(a, c), min(b, d)) for w, a, b in common for v, c, d in own if v == w and max(a, c) < min(b, d)
            ]
        )
    return _by_weekday(Stretch(*row) for row in common or ())


def _by_weekday(times: Iterable[Stretch]) -> dict[int, tuple[HalfDay, ...]]:
    found: dict[int, list[HalfDay]] = {}
    for one in sorted(times, key=lambda one: (one.weekday, one.start)):
        found.setdefault(one.weekday, []).append(HalfDay(one.start, one.end))
    return {weekday: tuple(rows) for weekday, rows in found.items()}


def _team(team: TeamInput, inputs: Inputs) -> Team:
    latest = 24 * 60 if inputs.back_by is None else inputs.back_by
    shifts: dict[int | date, tuple[HalfDay, ...]] = {
        weekday: tuple(HalfDay(one.start, min(one.end, latest)) for one in hours if one.start < latest)
        for weekday, hours in _common_hours(team.members).items()
    }
    away = [leave for member in team.members for leave in member.leave]
    for one in inputs.days:
        if any(first <= one.day <= last for first, last in away):
            shifts[one.day] = ()
    return Team(
        id=str(team.id),
        school=team.place,
        teachers=tuple(str(m.teacher_id) for m in team.members),
        skills=frozenset(skill for m in team.members for skill in skills_of(m)),
        shifts=shifts,
        cap_day=inputs.day_cap,
        max_visits=inputs.day_visits,
        max_travel=inputs.day_travel,
        name=team.name,
        member_skills={str(m.teacher_id): skills_of(m) for m in team.members},
        member_names={str(m.teacher_id): m.name for m in team.members},
    )


def _demand(
    name: str,
    need: Need,
    child: ChildInput,
    inputs: Inputs,
    teams: Mapping[str, frozenset[str]],
    own: tuple[Quota, ...],
) -> Child:
    total, periods = _asked(need, inputs, own)
    windows: dict[int | date, tuple[HalfDay, ...]] = {}
    windows.update(_by_weekday(child.times).items())
    for one in inputs.days:
        if not need.first <= one.day <= need.last or any(first <= one.day <= last for first, last in child.closed):
            windows[one.day] = ()
    home = str(need.home_team) if need.home_team and str(need.home_team) in teams else None
    return Child(
        id=name,
        place=str(child.id),
        needs=frozenset(need.needs) | musts(child.wishes),
        minutes=need.minutes,
        visits=need.times,
        per=WEEKS[need.frequency],
        min_gap=min_gap(need.times, need.frequency),
        windows=windows,
        home_team=home,
        team_size=2 if child.two_adults or inputs.two_adults else 1,
        child=str(child.id),
        name=child.name,
        total=total,
        quotas=periods,
        disliked=disliked(child.wishes, teams),
    )


def demand_of(inputs: Inputs, name: str, need: Need) -> Child | None:
    """The engine's demand of a service, whatever it asks for; None where its child cannot be planned."""
    child = next((one for one in inputs.children if one.id == need.child_id and left_out(one) is None), None)
    teams = [_team(team, inputs) for team in inputs.teams if team_lack(team) is None]
    return None if child is None else _demand(name, need, child, inputs, {one.id: one.skills for one in teams}, ())


def make_problem(inputs: Inputs, seed: int = 0) -> Task:
    """The engine's problem from plain values. Children and teams that cannot be planned are left out (`left_out`,
    `team_lack` say why). A team's place is its school's id (those of all its
    schools with "+" between them where they meet at the home), a child's place its own id."""
    teams = [_team(team, inputs) for team in inputs.teams if team_lack(team) is None]
    by_id = {team.id: team for team in teams}
    children = {child.id: child for child in inputs.children if left_out(child) is None}
    needs = spells(need for need in inputs.needs if need.child_id in children)
    words = {name: team.skills for name, team in by_id.items()}
    asked = quotas(inputs)
    demands = [_demand(name, need, children[need.child_id], inputs, words, asked[name]) for name, need in needs]
    demands = [one for one in demands if one.total != 0 and (one.quotas is None or any(x.visits for x in one.quotas))]
    crews = [team for team in inputs.teams if str(team.id) in by_id]
    spots = {name: spot for team in crews for name, spot in team.spots.items() if spot}
    spots |= {str(child.id): child.spot for child in children.values() if child.spot}
    days = tuple(Day(one.day, one.acts_as, "holiday" if one.acts_as is None else "teaching") for one in inputs.days)
    travel = travel_between(spots, inputs.month, inputs.legs, inputs.roads)
    return Task(
        days=days,
        teams=tuple(teams),
        children=tuple(demands),
        travel=meeting(travel, [team.place for team in crews if team.others]),
        seed=seed,
        noon_break=Break(*inputs.noon_break) if inputs.noon_break else None,
    )


def inputs_hash(inputs: Inputs) -> str:
    """SHA-256 of everything a timetable was made from: another hash today means that something has changed since."""
    told = _fields(inputs) | {"legs": [_leg(leg) for leg in inputs.legs]}
    # what came later is left out where it says nothing: hashes of before stay comparable
    told["teams"] = [
        {name: value for name, value in _fields(team).items() if name != "others" or value} for team in inputs.teams
    ]
    told["needs"] = [
        {name: value for name, value in _fields(need).items() if name != "held_on"} for need in inputs.needs
    ]
    if inputs.noon_break is None:
        del told["noon_break"]
    return sha256(canonical_json(told)).hexdigest()


def _fields(one: Inputs | TeamInput | LegInput | Need) -> dict[str, object]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _leg(leg: LegInput) -> dict[str, object]:
    """A leg for the whole day is told as before legs had a half of the day, so that older hashes stay comparable."""
    told = _fields(leg)
    return told if leg.half != LegHalf.DAY else {name: value for name, value in told.items() if name != "half"}


NO_TEACHING_DAY = Problem("no_teaching_day", N_("There is no teaching day left in this month."), field="month")


def missing_inputs(inputs: Inputs) -> list[Problem]:
    """What keeps a run from starting at all."""
    found = []
    if not any(one.acts_as is not None for one in inputs.days):
        return [NO_TEACHING_DAY]
    if not any(team_lack(team) is None for team in inputs.teams):
        found.append(
            Problem(
                "no_team",
                S_(
                    "no_team.unit",
                    "No team can visit yet. Form a team, enter its teachers' hours and the school's place first.",
                ),
            )
        )
    if not any(left_out(child) is None for child in inputs.children):
        found.append(
            Problem(
                "no_child",
                N_(
                    "No child here has home-delivered teaching in a plan in force, with a home and "
                    "family times, in this month."
                ),
            )
        )
    return found


def weeks_of(year: int, month: int) -> tuple[date, date]:
    """First Monday and last Sunday of the weeks that belong to a month: those with most of their school days, hence
    their Wednesday, in it. So months share no week, and "twice a week" gives two visits in every week of a term."""
    first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    begin = first + timedelta(days=(2 - first.weekday()) % 7)
    end = last - timedelta(days=(last.weekday() - 2) % 7)
    return begin - timedelta(days=2), end + timedelta(days=4)


def month_name(day: date) -> str:
    """The month ("2026-10") to which a day's week belongs."""
    return f"{day + timedelta(days=2 - day.weekday()):%Y-%m}"


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the weeks of the month to which a day's week belongs."""
    middle = day + timedelta(days=2 - day.weekday())
    return weeks_of(middle.year, middle.month)


def back_by(days: Iterable[CalendarInput], spots: Collection[Spot], margin: int | None) -> int | None:
    """The minute of the day by which teams are back: `margin` minutes before the earliest sunset of the days, on a
    step; None without such a rule, without a school on the map or without a day of visits."""
    if margin is None or not spots:
        return None
    north, east = (sum(getattr(s, name) for s in spots) / len(spots) / 1e6 for name in ("latitude", "longitude"))
    sunsets = [sunset_minutes(one.day, north, east) for one in days if one.acts_as is not None]
    known = [minutes for minutes in sunsets if minutes is not None]
    return (min(known) - margin) // STEP * STEP if known else None
