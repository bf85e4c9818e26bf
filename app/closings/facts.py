"""What becomes of every row that names a school or a unit when the school is closed or goes to another unit.

The house test compares this list with the foreign keys of all tables, so that a new one is decided and not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """GOES over to the other school or unit. ENDS. STAYS: it tells of days before, or is not about the school. WAITS:
    the act is refused while it is open, and the page lists it. FOLLOWS by itself, through the school or the child."""

    GOES = "goes"
    ENDS = "ends"
    STAYS = "stays"
    WAITS = "waits"
    FOLLOWS = "follows"


@dataclass(frozen=True)
class Fates:
    """What becomes of a column's rows when the school is closed, when it goes to another unit, and why."""

    closed: Fate
    moved: Fate
    why: str


G, E, S, W, F = Fate
FATES: dict[str, Fates] = {
    "memberships.school_id": Fates(G, S, "every link ends on the day and begins at the other school"),
    "intended_places.school_id": Fates(G, S, "children without a roll are meant for the other school"),
    "intended_places.attending_id": Fates(G, S, "as above"),
    "intended_places.delivering_id": Fates(G, S, "as above"),
    "movements.school_id": Fates(S, S, "frozen: what happened then"),
    "movements.other_school_id": Fates(S, S, "frozen: what happened then"),
    "roll_requests.school_id": Fates(W, F, "an open request is answered first; the district of the child answers"),
    "transfers.from_school_id": Fates(W, F, "an open or agreed one is seen to first; the school's district answers"),
    "transfers.to_school_id": Fates(W, F, "as above"),
    "decisions.school_id": Fates(S, S, "frozen: what was decided; a school of another kind asks for a new decision"),
    "plan_services.provider_school_id": Fates(G, S, "in plans that are written; approved ones are frozen"),
    "teachers.school_id": Fates(G, S, "active teachers work at the other school, with their accounts"),
    "teams.school_id": Fates(G, S, "active teams start from the other school; others tell of days before"),
    "teams.unit_id": Fates(S, G, "to another unit teams go with their school; a closing across units is refused"),
    "village_places.school_id": Fates(E, E, "goes to a school in the same grounds; no village of another unit"),
    "role_grants.school_id": Fates(S, S, "a coordinator keeps the own years to read; a role is the administrator's"),
    "role_grants.unit_id": Fates(S, S, "whose district it is does not change with one school"),
    "schools.successor_id": Fates(G, S, "set when it is merged; an earlier one leads on through it"),
    "schools.unit_id": Fates(S, G, "the move itself"),
    "school_names.school_id": Fates(S, S, "former names stay findable"),
    "school_units.school_id": Fates(S, S, "its history of units"),
    "school_units.unit_id": Fates(S, G, "the period of the unit before ends, the next begins"),
    "children.unit_id": Fates(G, G, "shown of responsible_units, today"),
    "responsible_units.unit_id": Fates(G, G, "who is on its roll: the other unit answers from the day on"),
    "unit_divisions.unit_id": Fates(S, S, "areas are not schools"),
    "calendar_days.unit_id": Fates(S, S, "the unit's own days hold for whom it answers for"),
    "terms.unit_id": Fates(S, S, "as above"),
    "district_rules.unit_id": Fates(S, S, "as above"),
    "villages.unit_id": Fates(S, S, "the unit's own list"),
    "travel_legs.unit_id": Fates(S, G, "minutes between the school and its pupils' homes go along"),
    "road_tables.unit_id": Fates(S, S, "measured anew; until then ways are estimated"),
    "timetables.unit_id": Fates(S, S, "published months stay; drafts are made anew, their inputs have changed"),
    "visit_pins.unit_id": Fates(S, S, "of the unit's month"),
    "repairs.unit_id": Fates(S, S, "of the unit's timetable"),
    "steps.unit_id": Fates(F, F, "open ones follow child and school with the next tick; ended ones tell of then"),
    "steps.school_id": Fates(F, F, "as above"),
    "imports.unit_id": Fates(S, S, "who brought a sheet in"),
}
"""By table and column: every foreign key to schools and units."""

BY_ID: dict[str, Fates] = {
    "sights.holder_id": Fates(G, F, "open sights go to the other school; the one before reads its own years"),
    "travel_legs.start": Fates(S, S, "minutes to a school in the same grounds become the other's"),
    "travel_legs.end": Fates(S, S, "as above"),
}
"""Columns that name a school without a foreign key."""
