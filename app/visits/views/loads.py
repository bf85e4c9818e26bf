"""The loads of teams as rows of a table with bars, beside those of another timetable."""

from __future__ import annotations

from app.kernel.order import counted
from app.schools.queries import rule_value
from app.schools.types import RuleName
from app.visits.queries import teams_of
from app.visits.queries.teams import count_members


def load_rows(actor, row, former) -> list[dict]:
    """One row for each team of the timetable: hours with children and on the road, kilometres, days, the load of the
    former one, and the allowance (fen) that all its teachers will have when every visit is given. Empty for a timetable
    whose loads were not kept."""
    loads = row.figures.get("loads") or []
    known = former.figures.get("loads") or () if former else ()
    before = {one["team"]: one["minutes"] + one["travel"] for one in known}
    rate = rule_value(row.unit_id, RuleName.VISIT_ALLOWANCE_FEN, row.first_on) or 0
    people_of = {str(team): number for team, number in count_members(row.unit_id).items()} if rate else {}
    names = {str(team_id): (name, people) for team_id, name, people in teams_of(actor, row)}
    most = max((one["minutes"] + one["travel"] for one in loads), default=0)
    busy = [one for one in loads if one["visits"]]
    mean = sum(one["minutes"] + one["travel"] for one in busy) / len(busy) if busy else 0
    rows = []
    for one in loads:
        name, people = names.get(one["team"], ("", ""))
        load = one["minutes"] + one["travel"]
        rows.append(one | {"name": name, "people": people, "load": load, "before": before.get(one["team"]),
                           "fen": one["visits"] * rate * people_of.get(one["team"], 0),
                           "percent": round(100 * load / mean) if mean else 0,
                           "teach_part": 100 * one["minutes"] / most if most else 0,
                           "road_part": 100 * one["travel"] / most if most else 0})
    return sorted(rows, key=lambda one: (-one["load"], counted(one["name"])))
