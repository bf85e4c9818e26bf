"""Children and teams that a timetable leaves out, each with the place where that is put right."""

from __future__ import annotations

import uuid
from typing import Any

from flask import url_for

from app.teams.types import TeamLack
from app.timetables.types import LeftOut
from app.web.filters import label
from app.web.i18n import gettext as _
from app.web.upward import address_of


def child_lack(child_id: uuid.UUID, name: str, why: LeftOut) -> dict:
    """One line: the child, what is missing, where to put it right."""
    url = address_of("visits_of", child_id)
    if why == LeftOut.NO_TIMES:
        url = url_for("teams.edit_family_times", child_id=child_id)
    if why == LeftOut.NO_HOME:
        url = url_for("children.edit_home", child_id=child_id)
    return {"text": f"{name}：{label(why)}", "url": url, "kind": "wait" if why == LeftOut.NOT_ON_ROLL else "bad"}


def unplanned_line(one: Any) -> dict:
    """A child taught at home for whom no plan asks for visits: to the plans, where one is written."""
    words = (
        _("in home-delivered teaching, but the plan in force asks for no lessons at home")
        if one.plan
        else _("in home-delivered teaching, but no plan is in force on these days: write one")
    )
    return {"text": f"{one.name}：{words}", "url": url_for("plans.show_plans", child_id=one.child_id), "kind": "bad"}


def team_lack_line(team_id: Any, name: str, why: TeamLack) -> dict:
    return {"text": f"{name}：{label(why)}", "url": url_for("teams.edit_team", team_id=team_id), "kind": "bad"}
