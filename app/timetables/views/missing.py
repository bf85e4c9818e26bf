"""Whom a timetable leaves out: visits without a place with their remedies, children and teams that were left out."""

from __future__ import annotations

from typing import Any

from flask import g

from app.teams.queries.joint import joint_teams
from app.teams.rules import split_needs
from app.timetables.queries import naming, unserved
from app.timetables.queries.remedies import tries_of
from app.timetables.types import TimetableState
from app.timetables.views.figures import told
from app.timetables.views.lacks import child_lack, team_lack_line
from app.timetables.views.remedies import joint_rows, remedy_rows


def unserved_rows(row: Any) -> list[dict]:
    """Children with visits that have no place, the most missing first."""
    draft, rows = row.state == TimetableState.DRAFT, unserved.list_unserved(g.actor, row.id)
    lacking = {
        one.child_id: frozenset(split_needs(reason["values"].get("needs", "")))
        for one in rows
        if draft
        for reason in one.reasons
        if reason["code"] == "NO_SKILL"
    }
    pairs, tries = joint_teams(row.unit_id, lacking), tries_of(g.actor, row) if draft else []
    return [
        {
            "name": one.child_name,
            "missing": one.missing,
            "child_id": one.child_id,
            "reasons": [told(reason) for reason in one.reasons],
            "remedies": joint_rows(row, pairs.get(one.child_id)) + remedy_rows(row, one, tries) if draft else [],
        }
        for one in sorted(rows, key=lambda one: -one.missing)
    ]


def stored_lacks(row: Any) -> list[dict]:
    """Children and teams that were left out when the timetable was made."""
    left = row.figures.left_out
    names = naming.child_names(g.actor, {one.child for one in left})
    found = [child_lack(one.child, names.get(one.child, ""), one.why) for one in left]
    return found + [team_lack_line(one.team, one.name, one.why) for one in row.figures.idle_teams]
