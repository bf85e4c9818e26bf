"""Children and teams that a timetable leaves out, each with the place where that is put right."""

from __future__ import annotations

from flask import current_app, url_for

from app.visits.types import LeftOut, TeamLack
from app.web.filters import label


def child_lack(child_id, name: str, why: LeftOut) -> dict:
    """One line: the child, what is missing, where to put it right."""
    url = url_for(".show_child_visits", child_id=child_id)
    if why == LeftOut.NO_TIMES:
        url = url_for(".edit_family_times", child_id=child_id)
    if why == LeftOut.NO_HOME and "children.edit_home" in current_app.view_functions:
        url = url_for("children.edit_home", child_id=child_id)
    return {"text": f"{name}：{label(why)}", "url": url, "kind": "wait" if why == LeftOut.NOT_ON_ROLL else "bad"}


def team_lack_line(team_id, name: str, why: TeamLack) -> dict:
    return {"text": f"{name}：{label(why)}", "url": url_for(".edit_team", team_id=team_id), "kind": "bad"}
