"""Ways between schools and homes: minutes entered, measured on roads or estimated; villages; the road server."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.order import counted
from app.kernel.problems import Refused
from app.schools.queries import find_unit, units_on
from app.visits.actions.legs import remove_leg, remove_village, save_leg, save_village
from app.visits.actions.roads import ask_for_roads, may_set_roads, set_road_service, sources_of
from app.visits.forms import LegForm, RoadServiceForm, VillageForm, as_uuid
from app.visits.queries import may_plan, planned_units
from app.visits.queries.legs import (
    find_roads,
    find_service,
    get_leg,
    get_village,
    list_roads,
    list_ways,
    unmeasured,
    village_members,
    ways_of_district,
)
from app.visits.queries.legs import (
    list_legs as read_legs,
)
from app.visits.types import LegHalf
from app.visits.views.pages import pages
from app.web.filters import today
from app.web.reading import whole_number


def _asked_unit(units) -> uuid.UUID:
    """The district named in the address, else the first one whose timetables the actor makes."""
    unit_id = request.args.get("unit", type=as_uuid) or (units[0][0] if units else None)
    if unit_id is None or not may_plan(g.actor, unit_id) or find_unit(unit_id) is None:
        abort(404)
    return unit_id


def _month() -> int:
    month = request.args.get("month", today().month, type=int)
    return month if 1 <= month <= 12 else today().month


@pages.get("/legs", needs=Permission.TIMETABLES_WRITE)
def list_legs():
    units, month = planned_units(g.actor, today()), _month()
    unit_id = _asked_unit(units)
    district, roads = ways_of_district(g.actor, unit_id, today()), find_roads(unit_id)
    start = district.place(request.args.get("from", ""))
    return render_template(
        "visits/list_legs.html", units=units, unit_id=unit_id, unit_name=dict(units).get(unit_id, ""), month=month,
        district=district, legs=read_legs(district, month), start=start,
        ways=list_ways(district, start.key, month) if start else [], roads=roads,
        fresh=unmeasured(district.places, roads), notes=_notes(district, roads),
        can_measure=sources_of(find_unit(unit_id)).any)


def _notes(district, roads) -> list[dict]:
    """What measuring had to say, in the reader's language; places no longer here are left out."""
    found = []
    for note in roads.notes if roads else ():
        name = district.names.get(note.get("place", ""))
        if note["why"] == "service":
            values = {key: _(value) if isinstance(value, str) else value for key, value in note["values"].items()}
            found.append({"text": _(note["message"]) % values, "kind": "bad"})
        elif name and note["why"] == "far":
            text = _("%(name)s lies %(km)s km from the nearest road that can be used: its minutes stay estimates.",
                     name=name, km=f"{note['metres'] / 1000:.1f}" if note["metres"] < 1_000_000 else "> 1000")
            found.append({"text": text, "kind": "wait"})
        elif name:
            found.append({"text": _("No mapped road joins %(name)s to the other places: its minutes stay estimates.",
                                    name=name), "kind": "wait"})
    return found


def _ends(district) -> dict[str, list[tuple[str, str]]]:
    """What a leg can begin or end at, under headings."""
    towns = sorted(((key, name) for key, name in district.names.items() if key.startswith("town:")),
                   key=lambda town: (counted(town[1]), town[0]))
    schools = [(one.key, one.name) for one in district.places if not one.is_home]
    return {
        _("Schools"): sorted(schools, key=lambda school: (counted(school[1]), school[0])),
        _("Villages"): [(one.key, one.name) for one in district.villages],
        _("Towns"): towns,
        _("Homes"): [(one.key, one.name) for one in district.places if one.is_home],
    }


def _back(unit_id, **more):
    return redirect(url_for(".list_legs", unit=unit_id, **more), 303)


@pages.form("/legs/new", needs=Permission.TIMETABLES_WRITE)
def new_leg():
    unit_id = _asked_unit(planned_units(g.actor, today()))
    asked = request.args.get("half")
    form = LegForm(start=request.args.get("from", ""), end=request.args.get("to", ""),
                   half=LegHalf(asked) if asked in set(LegHalf) else LegHalf.DAY)
    return _leg_page("visits/new_leg.html", form, unit_id, None)


@pages.form("/legs/<uuid:leg_id>", needs=Permission.TIMETABLES_WRITE)
def edit_leg(leg_id):
    leg = get_leg(g.actor, leg_id)
    form = LegForm(start=leg.start, end=leg.end, minutes=leg.minutes, both=leg.both, half=leg.half,
                   closed=leg.closed_months, slow=leg.slow_months, note=leg.note,
                   percent=leg.percent if leg.slow_months else 150, revision=str(leg.revision))
    return _leg_page("visits/edit_leg.html", form, leg.unit_id, leg)


def _leg_page(template, form: LegForm, unit_id, leg):
    district = ways_of_district(g.actor, unit_id, today())
    form.show_ends(_ends(district))
    if form.validate_on_submit():
        try:
            save_leg(g.actor, leg.id if leg else None, unit_id=unit_id, facts=form.facts(),
                     revision=_revision(form), today=today())
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return _back(unit_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(template, form=form, leg=leg, unit_id=unit_id), 422 if form.is_submitted() else 200


def _revision(form) -> int:
    return whole_number(form.revision.data, 0)


@pages.post("/legs/<uuid:leg_id>/remove", needs=Permission.TIMETABLES_WRITE)
def take_back_leg(leg_id):
    unit_id = get_leg(g.actor, leg_id).unit_id
    remove_leg(g.actor, leg_id)
    flash(_("The entry was taken back. Roads or estimates count again."), "ok")
    return _back(unit_id)


@pages.post("/legs/measure", needs=Permission.TIMETABLES_WRITE)
def measure_legs():
    """Measure the district's places on the roads anew, as a job."""
    unit_id = _asked_unit(planned_units(g.actor, today()))
    job = ask_for_roads(g.actor, unit_id, page=url_for(".list_legs", unit=unit_id))
    return redirect(url_for("jobs.show_job", job_id=job.id), 303)


# --- villages -------------------------------------------------------------------------------------------------------


@pages.form("/villages/new", needs=Permission.TIMETABLES_WRITE)
def new_village():
    return _village_page("visits/new_village.html", VillageForm(), _asked_unit(planned_units(g.actor, today())), None)


@pages.form("/villages/<uuid:village_id>", needs=Permission.TIMETABLES_WRITE)
def edit_village(village_id):
    village = get_village(g.actor, village_id)
    form = VillageForm(name=village.name, members=village_members(village.id), revision=str(village.revision))
    return _village_page("visits/edit_village.html", form, village.unit_id, village)


def _village_page(template, form: VillageForm, unit_id, village):
    district = ways_of_district(g.actor, unit_id, today())
    form.members.choices = [(one.key, _with_town(one, district.names)) for one in sorted(
        district.places, key=lambda one: one.spot.groups[:1] or ("~",))]  # neighbours stand together
    if form.validate_on_submit():
        try:
            save_village(g.actor, village.id if village else None, unit_id=unit_id, name=form.name.data,
                         members=form.members.data, revision=_revision(form), today=today())
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return _back(unit_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(template, form=form, village=village, unit_id=unit_id), 422 if form.is_submitted() else 200


def _with_town(place, names) -> str:
    town = next((names[group] for group in place.spot.groups if group in names and group.startswith("town:")), "")
    return f"{place.name}（{town}）" if town else place.name


@pages.post("/villages/<uuid:village_id>/remove", needs=Permission.TIMETABLES_WRITE)
def take_away_village(village_id):
    unit_id = get_village(g.actor, village_id).unit_id
    remove_village(g.actor, village_id)
    flash(_("The village and the minutes entered for it were taken away."), "ok")
    return _back(unit_id)


# --- the road server ------------------------------------------------------------------------------------------------


@pages.form("/settings/roads", needs=Permission.SETTINGS_WRITE)
def edit_roads():
    """Where minutes by road come from, for administrators and the city."""
    if not may_set_roads(g.actor):
        abort(404)
    asked, known = find_service(), list_roads()
    form = RoadServiceForm(kind=asked.kind if asked else None, address=asked.address if asked else "")
    if form.validate_on_submit():
        try:
            set_road_service(g.actor, form.kind.data, form.address.data or "")
            flash(_("Saved. The minutes are measured anew when a coordinator asks, or when a home is new."), "ok")
            return redirect(url_for(".edit_roads"), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    units = units_on(today())
    rows = [(unit, known[unit.id]) for unit in units if unit.id in known]
    return render_template("visits/edit_roads.html", form=form, asked=asked, rows=rows,
                           others=len(units) - len(rows), silent=_silent), 422 if form.is_submitted() else 200


def _silent(row) -> bool:
    """Whether the server was silent when a unit's places were measured last."""
    return any(note["why"] == "service" for note in row.notes)
