"""The loads of teams as rows of a table with bars, beside those of another timetable."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.kernel.order import counted
from app.schools.queries import rule_value
from app.schools.types import RuleName
from app.teams.queries.teams import count_members
from app.timetables.queries.naming import teams_of
from app.timetables.rules.loads import expected_allowance


def load_rows(actor: Any, row: Any, former: Any) -> list[dict]:
    """One row for each team of the timetable: hours with children and on the road, kilometres, days, the load of the
    former one, and the allowance (fen) that all its teachers will have when every visit is given. Empty for a timetable
    whose loads were not kept."""
    loads = row.figures.loads or ()
    before = {one.team: one.load for one in (former.figures.loads if former else None) or ()}
    rate = rule_value(row.unit_id, RuleName.VISIT_ALLOWANCE_FEN, row.first_on)
    people_of = {str(team): number for team, number in count_members(row.unit_id).items()} if rate else {}
    names = {str(team_id): (name, people) for team_id, name, people in teams_of(actor, row)}
    most = max((one.load for one in loads), default=0)
    busy = [one for one in loads if one.visits]
    mean = sum(one.load for one in busy) / len(busy) if busy else 0
    rows = []
    for one in loads:
        name, people = names.get(one.team, ("", ""))
        rows.append(
            asdict(one)
            | {
                "name": name,
                "people": people,
                "load": one.load,
                "before": before.get(one.team),
                "fen": expected_allowance(one.visits, people_of.get(one.team, 0), rate),
                "percent": round(100 * one.load / mean) if mean else 0,
                "teach_part": 100 * one.minutes / most if most else 0,
                "road_part": 100 * one.travel / most if most else 0,
            }
        )
    return sorted(rows, key=lambda one: (-one["load"], counted(one["name"])))
