"""The figures of a plan and the rules it breaks, from the two files alone: no code of the engine is used."""

from __future__ import annotations


def recount(problem: dict, solution: dict) -> tuple[dict, list[str]]:
    """Return (figures, broken rules as sentences) of a `visit-timetable/1` problem and a solution to it.

    Figures: `unserved` and `of` visits, `travel` minutes, `teams_per_child`, `load_min` and `load_max` minutes out.
    """
    teams = {t["id"]: t for t in problem["teams"]}
    children = {c["id"]: c for c in problem["children"]}
    broken: list[str] = []
    trips: dict[tuple, list] = {}
    given: dict[str, list] = {c: [] for c in children}
    for visit in solution["visits"]:
        given[visit["child"]].append(visit)
        trips.setdefault((visit["team"], visit["day"]), []).append(visit)
    load = dict.fromkeys(teams, 0)
    travel = 0
    for (team, day), visits in trips.items():
        driven, out, back, wrong = _trip(problem, teams[team], day, sorted(visits, key=lambda v: v["start"]), children)
        travel += driven
        load[team] += back - out
        broken += wrong
    missing, faces = 0, []
    for name, visits in given.items():
        child, days = children[name], sorted(v["day"] for v in visits)
        missing += child["visits"] - len(days)
        faces += [len({v["team"] for v in visits})] if visits else []
        gaps = [b - a for a, b in zip(days, days[1:], strict=False)]
        if len(days) > child["visits"] or any(gap < max(1, child["min_gap"]) for gap in gaps):
            broken.append(f"{name}: days {days}, {child['visits']} visits {child['min_gap']} days apart are asked")
    if missing != sum(u["missing"] for u in solution["unserved"]):
        broken.append(f"{missing} visits are missing, not as many as told")
    figures = {
        "unserved": missing,
        "of": sum(c["visits"] for c in children.values()),
        "travel": travel,
        "teams_per_child": sum(faces) / len(faces) if faces else 0.0,
        "load_min": min(load.values()),
        "load_max": max(load.values()),
    }
    return figures, broken


def _legs(problem: dict, shifts: list, start: int) -> list:
    """Minutes between places of a trip: in a shift from 12:00 on those of the afternoon, where the file has them."""
    begin = next((a for a, b in shifts if a <= start < b), start)
    return problem["travel_afternoon"] if begin >= 720 and problem.get("travel_afternoon") else problem["travel"]


def _trip(problem: dict, team: dict, day: int, visits: list[dict], children: dict) -> tuple[int, int, int, list[str]]:
    """(minutes driven, out at, back at, broken rules) of a team's day."""
    legs, wrong = _legs(problem, team["shifts"][day], visits[0]["start"]), []
    place, driven, free = team["place"], 0, None
    out = visits[0]["start"] - legs[place][children[visits[0]["child"]]["place"]]
    for visit in visits:
        child = children[visit["child"]]
        leg = legs[place][child["place"]]
        driven += leg
        if free is not None and free + leg > visit["start"]:
            wrong.append(f"{team['id']}, day {day}: late at {visit['child']}")
        free, place = visit["start"] + child["minutes"], child["place"]
        if not any(a <= visit["start"] and free <= b for a, b in child["windows"][day]):
            wrong.append(f"{visit['child']}, day {day}: outside the family's times")
        if set(child["needs"]) - set(team["skills"]):
            wrong.append(f"{visit['child']}: {team['id']} lacks a skill")
    driven += legs[place][team["place"]]
    back = free + legs[place][team["place"]]
    if back - out > team["day_cap"] or not any(a <= out and back <= b for a, b in team["shifts"][day]):
        wrong.append(f"{team['id']}, day {day}: out from {out} to {back}")
    return driven, out, back, wrong
