"""Places between which people travel: schools of teams and homes, with the towns and villages they lie in."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from app.access import Actor
from app.children.models import Child, HomePoint
from app.children.sight import in_sight
from app.db import db
from app.kernel.order import counted
from app.kernel.twins import ends, told_apart
from app.roads.models import Village, VillagePlace
from app.roads.types import Spot
from app.schools.models import School, Teacher
from app.schools.queries import division_names
from app.teams.models import Team, TeamMember


def spot_of(row: School | HomePoint | None, groups: tuple[str, ...] = ()) -> Spot | None:
    """A row's place on the map, None when it has none."""
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return Spot(latitude=round(row.latitude * 1e6), longitude=round(row.longitude * 1e6), groups=groups)


def home_spot(row: HomePoint | None, groups: tuple[str, ...] = ()) -> Spot | None:
    """A home with its way."""
    if row is None:
        return None
    longitude, latitude = row.degrees
    if longitude is None or latitude is None:
        return None
    return Spot(
        latitude=round(latitude * 1e6),
        longitude=round(longitude * 1e6),
        groups=groups,
        mode=row.mode.value,
        walk_minutes=row.walk_minutes,
        closed_months=tuple(sorted(int(month) for month in row.closed_months)),
    )


def town_groups(code: str | None) -> tuple[str, ...]:
    """The town, and the village where the code has twelve digits, as ends of legs."""
    code = (code or "").strip()
    return tuple(f"town:{code[:length]}" for length in (9, 12) if len(code) >= length)


def village_groups(unit_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, ...]]:
    """The named villages of every home and school of a unit, by the child's or school's id."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for village, child, school in db.session.execute(
        select(VillagePlace.village_id, VillagePlace.child_id, VillagePlace.school_id)
        .join(Village, Village.id == VillagePlace.village_id)
        .where(Village.unit_id == unit_id)
        .order_by(Village.name, VillagePlace.id)
    ):
        if place := child or school:
            found[place].append(f"village:{village}")
    return {place: tuple(groups) for place, groups in found.items()}


@dataclass(frozen=True)
class Place:
    """A school of a team or a home: `key` is its name as an end of a leg, `id` that in the engine's table."""

    key: str
    id: str
    name: str
    spot: Spot
    town: str | None = None

    @property
    def is_home(self) -> bool:
        """A home, not a school."""
        return self.key.startswith("home:")


def list_places(actor: Actor, unit_id: uuid.UUID) -> list[Place]:
    """The schools of a unit's teams and the homes of its children in sight that are on the map, schools first."""
    villages = village_groups(unit_id)
    crews = (Team.unit_id == unit_id, Team.active)
    schools = sorted(
        db.session.scalars(
            select(School).where(
                or_(
                    School.id.in_(select(Team.school_id).where(*crews)),
                    School.id.in_(
                        select(Teacher.school_id)
                        .join(TeamMember, TeamMember.teacher_id == Teacher.id)
                        .join(Team, Team.id == TeamMember.team_id)
                        .where(*crews, Team.apart, Teacher.active)
                    ),
                )
            )
        ),
        key=lambda one: (counted(one.name), str(one.id)),
    )
    homes = db.session.execute(
        select(Child.id, Child.name, Child.town_code, HomePoint, Child.file_number)
        .join(HomePoint, HomePoint.child_id == Child.id)
        .where(Child.unit_id == unit_id, in_sight(actor))
        .order_by(Child.sort_key, Child.id)
    ).all()
    names = told_apart((child, name, (ends(number), number)) for child, name, _town, _home, number in homes)
    found = [
        Place(f"school:{s.id}", str(s.id), s.name, spot, s.town_code)
        for s in schools
        if (spot := spot_of(s, town_groups(s.town_code) + villages.get(s.id, ())))
    ]
    return found + [
        Place(
            f"home:{child}",
            str(child),
            names[child],
            spot,
            town,
        )
        for child, _name, town, home, _number in homes
        if (spot := home_spot(home, town_groups(town) + villages.get(child, ())))
    ]


def town_names(places: Iterable[Place], day: date) -> dict[str, str]:
    """Names of the towns in which places lie, by end of a leg; a village code shows its last three digits."""
    keys = sorted({group for place in places for group in place.spot.groups if group.startswith("town:")})
    names = division_names([key[5:14] for key in keys], day)
    return {key: names.get(key[5:14], key[5:14]) + (f" {key[14:]}" if len(key) > 14 else "") for key in keys}
