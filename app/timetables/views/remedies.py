"""The page of a remedy: what it will do, and doing it with a new run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.schools.queries import unit_names
from app.timetables.actions.remedies import find_remedy, run_with_remedy
from app.timetables.queries.remedies import tries_of
from app.timetables.queries.runs import relaxations_of
from app.timetables.rules.easing import WAYS, is_setting, kept_remedy
from app.timetables.rules.gathering import split_demand
from app.timetables.types import RemedyWay
from app.timetables.views.figures import easing_words, told
from app.timetables.views.pages import pages
from app.web.filters import today
from app.web.reading import known_id, whole_number


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The remedy in words, and what has to be known before it is tried."""

    words: object
    need_id: uuid.UUID
    number: int
    family: bool
    setting: bool
    vain: object


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Who has no visit, and how many visits are missing."""

    name: str
    child_id: uuid.UUID
    missing: int


@pages.form("/timetables/<uuid:timetable_id>/remedy", needs=Permission.TIMETABLES_WRITE)
def apply_remedy(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """What a remedy will change, and running again with it."""
    need_id, number = known_id(request.values.get("need")), whole_number(request.values.get("number"))
    if need_id is None or number is None:
        abort(404)
    row, remedy, name = find_remedy(g.actor, timetable_id, need_id, number)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            made = run_with_remedy(
                g.actor,
                row,
                remedy,
                agreed=request.form.get("agreed") == "1",
                today=today(),
                page=lambda new: url_for(".show_timetable", timetable_id=new),
            )
            flash(_("The new run has begun. This draft stays as it is; compare the two afterwards."), "ok")
            return redirect(url_for(".show_timetable", timetable_id=made.id), 303)
        except Refused as refused:
            problems = refused.problems
    return render_template(
        "timetables/apply_remedy.html",
        timetable=row,
        problems=problems,
        unit_name=unit_names().get(row.unit_id, ""),
        eased=easing_words(relaxations_of(row.id)),
        remedy=Offered(
            words=told(remedy),
            need_id=need_id,
            number=number,
            family=WAYS.get(remedy["code"]) == RemedyWay.FAMILY,
            setting=is_setting(remedy),
            vain=in_vain(remedy, tries_of(g.actor, row)),
        ),
        without=Missing(name=name, child_id=split_demand(remedy["demand"])[0], missing=row.figures.unserved or 0),
    ), 422 if problems else 200


def joint_rows(row: Any, pair: Any) -> list[dict]:
    """The proposal to form a team of two teachers who have together what the child needs."""
    if pair is None:
        return []
    url = url_for("teams.new_team", unit=row.unit_id, lead=pair.lead[0], second=pair.second[0], apart=int(pair.apart))
    text = _(
        "%(lead)s (%(school)s) and %(second)s (%(other)s) have together what is needed: form a team of the two.",
        lead=pair.lead[1],
        school=pair.lead[2],
        second=pair.second[1],
        other=pair.second[2],
    )
    return [{"text": text, "url": url, "words": _("Form this team")}]


def in_vain(remedy: Any, tries: Any) -> Any:
    """The draft with which a remedy was tried and won nothing, None where it was not tried or has won."""
    found = next((one for one in tries if one.remedy and kept_remedy(one.remedy) == kept_remedy(remedy)), None)
    return found.made if found and not found.brought.won else None


def remedy_rows(row: Any, need: Any, tries: Any = ()) -> list[dict]:
    """The remedies of a visit without a place: the sentence, where it is made true, the words on the button."""
    rows = []
    for number, one in enumerate(need.remedies or ()):
        way = WAYS.get(one["code"])
        url = url_for(".apply_remedy", timetable_id=row.id, need=need.id, number=number)
        words = _("Apply and run again")
        if way == RemedyWay.FAMILY:
            words = _("Ask the family, then run again")
        elif way == RemedyWay.TEAM:
            team_id = one["values"].get("team_id") if one["code"] != "NEW_TEAM" else None
            url = (
                url_for("teams.edit_team", team_id=team_id) if team_id else url_for("teams.new_team", unit=row.unit_id)
            )
            words = _("Look at the team") if team_id else _("New team")
        elif way == RemedyWay.PINS:
            url, words = url_for(".show_runs", timetable_id=row.id, _anchor="pins"), _("Look at the pinned visits")
        made, note = in_vain(one, tries), ""
        if made is not None:
            url, words = url_for(".compare_runs", a=row.id, b=made.id), _("Compare the two")
            note = _("It was tried from this draft and won nothing: no more visits had a place in all.")
        rows.append({"text": told(one), "url": url if way else None, "words": words, "note": note})
    return rows
