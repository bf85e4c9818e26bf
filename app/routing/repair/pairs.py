"""Stand-in teams when one teacher of a team is away: those who are left, alone or with a free colleague of the same
school."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.routing.events import Event, TeacherAway
from app.routing.problem import Day, HalfDay, Plan, Problem, Team, half_days

Stretches = tuple[HalfDay, ...]
Crew = tuple[str, ...]  # ids of teachers


def stand_ins(problem: Problem, plan: Plan, events: Iterable[Event], since: date) -> tuple[Team, ...]:
    """Return the teams that could be formed for visits of teams that lost a teacher but not all.

    They exist on those dates only, leave from the same school, have what their members are known to have (a teacher of
    a team of one has its skills, others `Team.member_skills`) and the hours that all members have in their own teams.
    Their ids are "+" and the teachers' ids, joined by "+".
    `problem` is that before the events.
    """
    away = [e for e in events if isinstance(e, TeacherAway)]
    if not away:
        return ()
    school = _School(problem, away)
    teams, days = {t.id: t for t in problem.teams}, {d.date: d for d in problem.days}
    found: dict[tuple[Crew, str], tuple[Team, dict[int | date, Stretches]]] = {}  # by school too; the hours by date
    for team_id, on in sorted({(v.team, v.date) for v in plan.visits if v.date >= since}):
        team, day = teams.get(team_id), days.get(on)
        if team is None or day is None:
            continue
        left = tuple(x for x in team.teachers if not school.absent(x, on))
        if 0 < len(left) < len(team.teachers):
            for crew, hours in school.crews(team, left, day):
                found.setdefault((crew, team.school), (team, {}))[1][on] = hours
    rows = sorted(found.items(), key=lambda x: x[0])
    formed = (school.team(crew, team, shifts) for (crew, _), (team, shifts) in rows)
    return tuple(t for t in formed if t.id not in teams)


class _School:
    def __init__(self, problem: Problem, away: Sequence[TeacherAway]) -> None:
        self.problem, self.away = problem, away
        self.skills: dict[str, frozenset[str]] = {}
        self.names: dict[str, str] = {}
        for team in problem.teams:
            self.names.update(team.member_names)
            for x in team.teachers:
                known = team.member_skills.get(x, team.skills if len(team.teachers) == 1 else frozenset())
                self.skills[x] = self.skills.get(x, frozenset()) | known

    def absent(self, teacher: str, on: date) -> list[TeacherAway]:
        return [e for e in self.away if e.teacher == teacher and e.first <= on <= e.last]

    def hours(self, teacher: str, day: Day) -> Stretches:
        """When a teacher can be out on a day: the hours of the teacher's teams less the leave."""
        own = [h for t in self.problem.teams if teacher in t.teachers for h in half_days(t.shifts, day)]
        for e in self.absent(teacher, day.date):
            own = [
                x
                for h in own
                for x in (HalfDay(h.start, min(h.end, e.start)), HalfDay(max(h.start, e.end), h.end))
                if x.start < x.end
            ]
        return _joined(own)

    def crews(self, team: Team, left: Crew, day: Day) -> Iterator[tuple[Crew, Stretches]]:
        """(teachers, hours) of those who are left, and of those with one colleague more."""
        own = _common([self.hours(x, day) for x in left])
        if not own:
            return
        yield left, own
        others = {x for t in self.problem.teams if t.school == team.school for x in t.teachers} - set(team.teachers)
        for x in sorted(others):
            both = _common([own, self.hours(x, day)])
            if both:
                yield (*left, x), both

    def team(self, crew: Crew, team: Team, shifts: Mapping[int | date, Stretches]) -> Team:
        skills = frozenset().union(*(self.skills[x] for x in crew))
        name = " + ".join(self.names.get(x, x) for x in crew)
        return replace(
            team, id="+" + "+".join(crew), name=name, teachers=crew, skills=skills, shifts=shifts, target_load=0
        )


def _joined(stretches: Iterable[HalfDay]) -> Stretches:
    merged: list[HalfDay] = []
    for h in sorted(stretches):
        if merged and h.start <= merged[-1].end:
            merged[-1] = HalfDay(merged[-1].start, max(merged[-1].end, h.end))
        else:
            merged.append(h)
    return tuple(merged)


def _common(rows: Sequence[Stretches]) -> Stretches:
    """Stretches in all of the rows."""
    common = rows[0]
    for row in rows[1:]:
        common = tuple(
            HalfDay(max(a.start, b.start), min(a.end, b.end))
            for a in common
            for b in row
            if max(a.start, b.start) < min(a.end, b.end)
        )
    return common
