"""Entering minutes between places, and villages."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Container, Iterable
from datetime import date

from sqlalchemy import delete, or_, select

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.roads.models import TravelLeg, Village, VillagePlace
from app.roads.queries.legs import as_input, get_leg, get_village, ways_of_district
from app.roads.rules import clashes, leg_ends, leg_problems
from app.roads.types import LegFacts
from app.schools.models import Unit
from app.teams.queries.who_may_plan import may_plan

_CHANGED = Problem("changed_meanwhile", N_("Somebody else has changed this meanwhile. Look at it again."))


def save_leg(
    actor: Actor, leg_id: uuid.UUID | None, *, unit_id: uuid.UUID, facts: LegFacts, revision: int = 0, today: date
) -> TravelLeg:
    """Enter a leg of a unit or change it. Raises Refused for what `leg_problems` says, for a pair that has an entry
    already, for a change made meanwhile; NotFound."""
    row = _own_leg(actor, leg_id) if leg_id else None
    unit_id = row.unit_id if row else unit_id
    _lock(actor, unit_id)
    refuse_if(leg_problems(facts, ways_of_district(actor, unit_id, today).names))
    if row and row.revision != revision:
        raise Refused(_CHANGED)
    others = db.session.scalars(
        select(TravelLeg).where(
            TravelLeg.unit_id == unit_id,
            TravelLeg.id != leg_id,
            or_(TravelLeg.start.in_((facts.start, facts.end)), TravelLeg.end.in_((facts.start, facts.end))),
        )
    )
    if any(clashes(facts, as_input(other)) for other in others):
        raise Refused(Problem("leg_twice", N_("There is an entry for this way already. Change that one."), field="end"))
    if row is None:
        row = TravelLeg(unit_id=unit_id, revision=0)
        db.session.add(row)
    row.start, row.end = leg_ends(facts)
    row.minutes, row.both, row.note = facts.minutes, facts.both, facts.note.strip() or None
    row.half = facts.half
    row.closed_months, row.slow_months = sorted(facts.closed), sorted(facts.slow)
    row.percent = facts.percent if facts.slow else 100
    row.entered_by_name, row.entered_at, row.revision = actor.name, clock.now(), row.revision + 1
    audit.record(
        actor,
        "save_leg",
        "travel_leg",
        row.id,
        child_id=_child_of(row),
        start=row.start,
        end=row.end,
        minutes=row.minutes,
        both=row.both,
        closed=row.closed_months,
        slow=row.slow_months,
        percent=row.percent,
        half=row.half,
    )
    db.session.flush()
    return row


def remove_leg(actor: Actor, leg_id: uuid.UUID) -> None:
    """Take an entry back: the minutes by road or the estimate count again. Raises NotFound."""
    row = _own_leg(actor, leg_id)
    db.session.delete(row)
    audit.record(
        actor,
        "remove_leg",
        "travel_leg",
        row.id,
        child_id=_child_of(row),
        start=row.start,
        end=row.end,
        minutes=row.minutes,
    )
    db.session.flush()


def _child_of(row: TravelLeg) -> uuid.UUID | None:
    """The child whose home is an end of the leg (the first of two)."""
    homes = [end for end in (row.start, row.end) if end.startswith("home:")]
    return uuid.UUID(homes[0][5:]) if homes else None


def _own_leg(actor: Actor, leg_id: uuid.UUID) -> TravelLeg:
    require(actor, Permission.TIMETABLES_WRITE)
    return get_leg(actor, leg_id)


def _lock(actor: Actor, unit_id: uuid.UUID) -> None:
    """One after the other writes the ways of a unit. Raises NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    if (
        not may_plan(actor, unit_id)
        or db.session.scalar(select(Unit.id).where(Unit.id == unit_id).with_for_update()) is None
    ):
        raise NotFound


def save_village(
    actor: Actor,
    village_id: uuid.UUID | None,
    *,
    unit_id: uuid.UUID,
    name: str,
    members: Collection[str],
    revision: int = 0,
    today: date,
) -> Village:
    """Name a village of a unit and the homes and schools in it, or change it. Raises Refused, NotFound."""
    row = get_village(actor, village_id) if village_id else None
    unit_id, name = row.unit_id if row else unit_id, name.strip()
    _lock(actor, unit_id)
    known = {place.key for place in ways_of_district(actor, unit_id, today).places}
    twin = db.session.scalar(select(Village.id).where(Village.unit_id == unit_id, Village.name == name))
    found = []
    if not name:
        found.append(Problem("village_name_missing", N_("Enter a name for the village."), field="name"))
    if twin and twin != village_id:
        found.append(
            Problem("village_twice", N_("There is a village of this name already. Change that one."), field="name")
        )
    if not members or not set(members) <= known:
        found.append(
            Problem("village_empty", N_("Choose the homes and schools that lie in this village."), field="members")
        )
    if row and row.revision != revision:
        found.append(_CHANGED)
    refuse_if(found)
    return _write_village(actor, row or Village(unit_id=unit_id, revision=0), name, members, known)


def _write_village(actor: Actor, row: Village, name: str, members: Iterable[str], known: Container[str]) -> Village:
    row.name, row.revision = name, row.revision + 1
    db.session.add(row)
    db.session.flush()
    for place in db.session.scalars(select(VillagePlace).where(VillagePlace.village_id == row.id)):
        key = f"home:{place.child_id}" if place.child_id else f"school:{place.school_id}"
        if key in known:  # a place out of sight stays as it is
            db.session.delete(place)
    db.session.flush()
    for key in sorted(set(members)):
        kind, _, text = key.partition(":")
        column = "child_id" if kind == "home" else "school_id"
        db.session.add(VillagePlace(village_id=row.id, **{column: uuid.UUID(text)}))
    audit.record(actor, "save_village", "village", row.id, name=name, members=sorted(set(members)))
    db.session.flush()
    return row


def remove_village(actor: Actor, village_id: uuid.UUID) -> None:
    """Take a village away, and the legs that name it. Raises NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_village(actor, village_id)
    key = f"village:{row.id}"
    legs = list(
        db.session.scalars(
            select(TravelLeg).where(TravelLeg.unit_id == row.unit_id, or_(TravelLeg.start == key, TravelLeg.end == key))
        )
    )
    for leg in legs:
        db.session.delete(leg)
    db.session.execute(delete(VillagePlace).where(VillagePlace.village_id == row.id))
    db.session.delete(row)
    audit.record(actor, "remove_village", "village", row.id, name=row.name, legs=len(legs))
    db.session.flush()
