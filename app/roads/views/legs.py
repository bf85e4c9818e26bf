"""Ways between schools and homes: minutes entered, measured on roads or estimated; villages; the road server."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.order import counted
from app.kernel.problems import Refused, from_stored
from app.roads.actions.legs import remove_leg, remove_village, save_leg, save_village
from app.roads.actions.roads import ask_for_roads, may_set_roads, set_road_service, sources_of
from app.roads.forms import LegForm, RoadServiceForm, VillageForm
from app.roads.queries import legs, places
from app.roads.types import LegHalf
from app.roads.views.pages import pages
from app.schools.queries import find_unit, units_on
from app.teams.queries.who_may_plan import may_plan, planned_units
from app.web.filters import today
from app.web.reading import as_uuid, whole_number


def _asked_unit(units: Sequence[tuple[uuid.UUID, str]]) -> uuid.UUID:
    """The district named in the address, else the first one whose timetables the actor makes."""
    unit_id = request.args.get("unit", type=as_uuid) or (units[0][0] if units else None)
    if unit_id is None or not may_plan(g.actor, unit_id) or find_unit(unit_id) is None:
        abort(404)
    return unit_id


def _month() -> int:
    month = request.args.get("month", today().month, type=int)
    return month if 1 <= month <= 12 else today().month


@dataclass(frozen=True, kw_only=True)
class Roads:
    """What is known of the minutes by road."""

    roads: legs.RoadTable | None
    fresh: int
    notes: Sequence[Mapping[str, str]]
    can_measure: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The district and month asked for, and those to choose from."""

    units: Sequence[tuple[uuid.UUID, str]]
    unit_id: uuid.UUID
    unit_name: str
    month: int


@pages.get("/legs", needs=Permission.TIMETABLES_WRITE)
def list_legs() -> ResponseReturnValue:
    units, month = planned_units(g.actor, today()), _month()
    unit_id = _asked_unit(units)
    district, roads = legs.ways_of_district(g.actor, unit_id, today()), legs.find_roads(unit_id)
    unit = find_unit(unit_id)
    if unit is None:
        abort(404)
    start = district.place(request.args.get("from", ""))
    return render_template(
        "roads/list_legs.html",
        district=district,
        legs=legs.list_legs(district, month),
        start=start,
        ways=legs.list_ways(district, start.key, month) if start else [],
        roads=Roads(
            roads=roads,
            fresh=legs.unmeasured(district.places, roads),
            notes=_notes(district, roads),
            can_measure=sources_of(unit).any,
        ),
        asked=Asked(units=units, unit_id=unit_id, unit_name=dict(units).get(unit_id, ""), month=month),
    )


def _notes(district: legs.District, roads: legs.RoadTable | None) -> list[dict[str, str]]:
    """What measuring had to say, in the reader's language; places no longer here are left out."""
    found = []
    for note in roads.notes if roads else ():
        name = district.names.get(note.get("place", ""))
        if note["why"] == "service":
            found.append({"text": from_stored(note).text(_), "kind": "bad"})
        elif name and note["why"] == "far":
            text = _(
                "%(name)s lies %(km)s km from the nearest road that can be used: its minutes stay estimates.",
                name=name,
                km=f"{note['metres'] / 1000:.1f}" if note["metres"] < 1_000_000 else "> 1000",
            )
            found.append({"text": text, "kind": "wait"})
        elif name:
            found.append(
                {
                    "text": _(
                        "No mapped road joins %(name)s to the other places: its minutes stay estimates.", name=name
                    ),
                    "kind": "wait",
                }
            )
    return found


def _ends(district: legs.District) -> dict[str, list[tuple[str, str]]]:
    """What a leg can begin or end at, under headings."""
    towns = sorted(
        ((key, name) for key, name in district.names.items() if key.startswith("town:")),
        key=lambda town: (counted(town[1]), town[0]),
    )
    schools = [(one.key, one.name) for one in district.places if not one.is_home]
    return {
        _("Schools"): sorted(schools, key=lambda school: (counted(school[1]), school[0])),
        _("Villages"): [(one.key, one.name) for one in district.villages],
        _("Towns"): towns,
        _("Homes"): [(one.key, one.name) for one in district.places if one.is_home],
    }


def _back(unit_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for(".list_legs", unit=unit_id), 303)


@pages.form("/legs/new", needs=Permission.TIMETABLES_WRITE)
def new_leg() -> ResponseReturnValue:
    unit_id = _asked_unit(planned_units(g.actor, today()))
    asked = request.args.get("half")
    form = LegForm(
        start=request.args.get("from", ""),
        end=request.args.get("to", ""),
        half=LegHalf(asked) if asked in set(LegHalf) else LegHalf.DAY,
    )
    return _leg_page("roads/new_leg.html", form, unit_id, None)


@pages.form("/legs/<uuid:leg_id>", needs=Permission.TIMETABLES_WRITE)
def edit_leg(leg_id: uuid.UUID) -> ResponseReturnValue:
    leg = legs.get_leg(g.actor, leg_id)
    form = LegForm(
        start=leg.start,
        end=leg.end,
        minutes=leg.minutes,
        both=leg.both,
        half=leg.half,
        closed=leg.closed_months,
        slow=leg.slow_months,
        note=leg.note,
        percent=leg.percent if leg.slow_months else 150,
        revision=str(leg.revision),
    )
    return _leg_page("roads/edit_leg.html", form, leg.unit_id, leg)


def _leg_page(template: str, form: LegForm, unit_id: uuid.UUID, leg: legs.TravelLeg | None) -> ResponseReturnValue:
    district = legs.ways_of_district(g.actor, unit_id, today())
    form.show_ends(_ends(district))
    if form.validate_on_submit():
        try:
            save_leg(
                g.actor,
                leg.id if leg else None,
                unit_id=unit_id,
                facts=form.facts(),
                revision=_revision(form),
                today=today(),
            )
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return _back(unit_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(template, form=form, leg=leg, unit_id=unit_id), 422 if form.is_submitted() else 200


def _revision(form: LegForm | VillageForm) -> int:
    return whole_number(form.revision.data, 0)


@pages.post("/legs/<uuid:leg_id>/remove", needs=Permission.TIMETABLES_WRITE)
def take_back_leg(leg_id: uuid.UUID) -> ResponseReturnValue:
    unit_id = legs.get_leg(g.actor, leg_id).unit_id
    remove_leg(g.actor, leg_id)
    flash(_("The entry was taken back. Roads or estimates count again."), "ok")
    return _back(unit_id)


@pages.post("/legs/measure", needs=Permission.TIMETABLES_WRITE)
def measure_legs() -> ResponseReturnValue:
    """Measure the district's places on the roads anew, as a job."""
    unit_id = _asked_unit(planned_units(g.actor, today()))
    job = ask_for_roads(g.actor, unit_id, page=url_for(".list_legs", unit=unit_id))
    return redirect(url_for("jobs.show_job", job_id=job.id), 303)


# --- villages -------------------------------------------------------------------------------------------------------


@pages.form("/villages/new", needs=Permission.TIMETABLES_WRITE)
def new_village() -> ResponseReturnValue:
    return _village_page("roads/new_village.html", VillageForm(), _asked_unit(planned_units(g.actor, today())), None)


@pages.form("/villages/<uuid:village_id>", needs=Permission.TIMETABLES_WRITE)
def edit_village(village_id: uuid.UUID) -> ResponseReturnValue:
    village = legs.get_village(g.actor, village_id)
    form = VillageForm(name=village.name, members=legs.village_members(village.id), revision=str(village.revision))
    return _village_page("roads/edit_village.html", form, village.unit_id, village)


def _village_page(
    template: str, form: VillageForm, unit_id: uuid.UUID, village: legs.Village | None
) -> ResponseReturnValue:
    district = legs.ways_of_district(g.actor, unit_id, today())
    form.members.choices = [
        (one.key, _with_town(one, district.names))
        for one in sorted(district.places, key=lambda one: one.spot.groups[:1] or ("~",))
    ]  # neighbours stand together
    if form.validate_on_submit():
        try:
            save_village(
                g.actor,
                village.id if village else None,
                unit_id=unit_id,
                name=form.name.data,
                members=form.members.data,
                revision=_revision(form),
                today=today(),
            )
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return _back(unit_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(template, form=form, village=village, unit_id=unit_id), 422 if form.is_submitted() else 200


def _with_town(place: places.Place, names: Mapping[str, str]) -> str:
    town = next((names[group] for group in place.spot.groups if group in names and group.startswith("town:")), "")
    return f"{place.name}（{town}）" if town else place.name


@pages.post("/villages/<uuid:village_id>/remove", needs=Permission.TIMETABLES_WRITE)
def take_away_village(village_id: uuid.UUID) -> ResponseReturnValue:
    unit_id = legs.get_village(g.actor, village_id).unit_id
    remove_village(g.actor, village_id)
    flash(_("The village and the minutes entered for it were taken away."), "ok")
    return _back(unit_id)


# --- the road server ------------------------------------------------------------------------------------------------


@pages.form("/settings/roads", needs=Permission.SETTINGS_WRITE)
def edit_roads() -> ResponseReturnValue:
    """Where minutes by road come from, for administrators and the city."""
    if not may_set_roads(g.actor):
        abort(404)
    asked, known = legs.find_service(), legs.list_roads()
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
    return render_template(
        "roads/edit_roads.html", form=form, asked=asked, rows=rows, others=len(units) - len(rows), silent=_silent
    ), 422 if form.is_submitted() else 200


def _silent(row: legs.RoadTable) -> bool:
    """Whether the server was silent when a unit's places were measured last."""
    return any(note["why"] == "service" for note in row.notes)
