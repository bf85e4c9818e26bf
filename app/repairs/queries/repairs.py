"""Reading repairs: what is to be repaired, the ways out, whom to phone."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.access import Actor, Permission
from app.children.models import Child
from app.children.sight import has_left
from app.db import db
from app.errors import NotFound
from app.kernel.twins import ends, told_apart
from app.repairs.models import Repair, RepairCall
from app.repairs.rules import Measured, headings, measured_names
from app.repairs.types import Happening, HappeningKind, VariantName
from app.schools.queries import teacher_labels
from app.teams.hooks import InLeave
from app.teams.models import Leave, TeamMember
from app.teams.queries.who_may_plan import may_plan
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries import naming, unasked
from app.timetables.queries.live import live_visits, recorded_among
from app.timetables.queries.standing import stands
from app.timetables.rules.changes import Changed
from app.timetables.types import Beyond, ChangeKind


def get_repair(actor: Actor, repair_id: uuid.UUID, *, lock: bool = False) -> Repair:
    """A repair of a unit whose timetables the actor makes. Raises NotFound."""
    query = select(Repair).where(Repair.id == repair_id)
    row = db.session.scalar(query.with_for_update() if lock else query)
    if row is None or not may_plan(actor, row.unit_id):
        raise NotFound
    return row


def get_call(repair: Repair, call_id: uuid.UUID) -> RepairCall:
    """A call of a repair that was loaded in scope. Raises NotFound."""
    row = db.session.scalar(select(RepairCall).where(RepairCall.id == call_id, RepairCall.repair_id == repair.id))
    if row is None:
        raise NotFound
    return row


def happenings_of(repair: Repair) -> list[Happening]:
    """What happened, as it is kept with the repair."""
    return [read_happening(one) for one in repair.events]


def read_happening(kept: dict) -> Happening:
    """One kept event."""
    ids = {name: uuid.UUID(kept[name]) if kept.get(name) else None for name in ("teacher_id", "child_id")}
    return Happening(
        HappeningKind(kept["kind"]),
        date.fromisoformat(kept["first"]),
        date.fromisoformat(kept["last"]),
        ids["teacher_id"],
        ids["child_id"],
        kept.get("note", ""),
    )


def keep_happening(one: Happening) -> dict:
    """The same the other way."""
    return {
        "kind": one.kind.value,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "note": one.note,
        "teacher_id": str(one.teacher_id) if one.teacher_id else None,
        "child_id": str(one.child_id) if one.child_id else None,
    }


def names_of_happenings(actor: Actor, happened: Iterable[Happening]) -> list[tuple[Happening, str]]:
    """Each with the name of its teacher or child."""
    happened = list(happened)
    names = teacher_names_by_id({h.teacher_id for h in happened}) | _named_as_chosen(
        actor, {h.child_id for h in happened if h.child_id}
    )
    return [(h, names.get(who, "") if (who := h.teacher_id or h.child_id) else "") for h in happened]


def _named_as_chosen(actor: Actor, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of children, told apart from others of their district too, who may have been meant."""
    one, other = aliased(Child), aliased(Child)
    alike = select(other.id).join(one, (one.name == other.name) & (one.unit_id == other.unit_id)).where(one.id.in_(ids))
    names = naming.child_names(actor, ids | set(db.session.scalars(alike))) if ids else {}
    return {child: names[child] for child in ids if child in names}


def teacher_names_by_id(ids: set[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Names of teachers as they are told apart; the caller has checked the scope."""
    return teacher_labels(ids)


def teachers_to_choose(timetable: Timetable) -> list[tuple[uuid.UUID, str]]:
    """The teachers of the teams with visits in the month, by name."""
    teams = (
        select(Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            Timetable.unit_id == timetable.unit_id,
            Timetable.month == timetable.month,
            stands(),
        )
    )
    labels = teacher_labels(db.session.scalars(select(TeamMember.teacher_id).where(TeamMember.team_id.in_(teams))))
    return list(labels.items())


def children_to_choose(actor: Actor, timetable: Timetable, today: date) -> list[tuple[uuid.UUID, str]]:
    """The children with visits to come in the month that have not left, by name; two of one name told apart."""
    ids = (
        select(Visit.child_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            Timetable.unit_id == timetable.unit_id,
            Timetable.month == timetable.month,
            Visit.day >= today,
            stands(),
        )
    )
    rows = db.session.execute(
        select(Child.id, Child.name, Child.file_number)
        .where(Child.id.in_(ids), ~has_left(actor))
        .order_by(Child.sort_key, Child.id)
    )
    return list(told_apart((row.id, row.name, (ends(row.file_number), row.file_number)) for row in rows).items())


# --- variants -------------------------------------------------------------------------------------------------------


def visits_of_variant(variant: dict) -> list[SimpleNamespace]:
    """The visits of a kept variant in the shape of stored ones."""
    return [
        SimpleNamespace(
            child_id=uuid.UUID(v["child"]),
            service_key=uuid.UUID(v["service"]),
            team_id=uuid.UUID(v["team"]),
            plan_version_id=uuid.UUID(v["version"]),
            day=date.fromisoformat(v["day"]),
            start=v["start"],
            end=v["end"],
            travel_in=v["travel"],
            travel_estimated=v.get("estimated", True),
            origin=v["origin"],
        )
        for v in variant["visits"]
    ]


def movable_visits(repair: Repair) -> list[Visit]:
    """The standing visits that a repair may change: from its first day on and not recorded."""
    row = db.session.get_one(Timetable, repair.timetable_id)
    live = [v for v in live_visits(row.unit_id, row.month) if v.day >= repair.first_on]
    recorded = recorded_among([v.id for v in live])
    return [v for v in live if v.id not in recorded]


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A variant as the page compares it. `name` is what was searched for, `measured` what it is by its figures,
    `heading` the one of these names that is true of no other way of the repair. `removed`: visits that fall out though
    they are asked for; `unasked`: those that the plan does not ask for any more; `lacking`: visits of the month that
    are asked for and stand nowhere, of the children to whom something happened."""

    name: VariantName
    measured: tuple[Measured, ...]
    heading: VariantName | None
    changes: list[Changed]
    moved: int
    added: int
    removed: int
    unasked: int
    lacking: int
    other_team: int
    people: int
    minutes: int
    missing: int
    untouched_moved: int
    bent: list
    bends_in_vain: bool = False
    """Another way makes up as many visits and bends fewer rules."""

    @property
    def changed(self) -> int:
        """Visits that change in all."""
        return len(self.changes)

    @property
    def only_calls_off(self) -> bool:
        """Whether not one of the visits that fall out is made up."""
        return bool(self.removed) and not self.moved and not self.added


def ways_out(repair: Repair) -> list[WayOut]:
    """The variants, each compared with the visits that stand now."""
    standing, found = movable_visits(repair), []
    hit = {str(one.child_id) for one in happenings_of(repair)}
    for variant in repair.variants:
        changes = unasked.compared(standing, visits_of_variant(variant))
        kinds = [one.kind for one in changes]
        found.append(
            WayOut(
                name=VariantName(variant["name"]),
                measured=(),
                heading=None,
                changes=changes,
                moved=kinds.count(ChangeKind.MOVED),
                added=kinds.count(ChangeKind.ADDED),
                removed=kinds.count(ChangeKind.REMOVED),
                unasked=kinds.count(Beyond.NOT_ASKED),
                lacking=sum(one["missing"] for one in variant["unserved"] if one["demand"].partition(":")[0] in hit),
                other_team=_by_another_team(changes, standing),
                people=len({one.child_id for one in changes}) + len(_teachers_of(changes)),
                minutes=variant["travel_after"] - variant["travel_before"],
                missing=len(missing_of(changes)),
                untouched_moved=len(variant["touched"]),
                bent=variant["bent"],
            )
        )
    names = measured_names([(len(way.changes), way.minutes, way.other_team, way.missing) for way in found])
    heads = headings([(way.name, name) for way, name in zip(found, names, strict=True)])
    return [
        replace(
            way,
            measured=name,
            heading=head,
            bends_in_vain=any(
                other.missing + other.lacking <= way.missing + way.lacking and len(other.bent) < len(way.bent)
                for other in found
            ),
        )
        for way, name, head in zip(found, names, heads, strict=True)
    ]


def _by_another_team(changes: list[Changed], standing: list[Visit]) -> int:
    """Visits that a team gives which did not give them: moved ones, and new ones of a child to whom it has not come."""
    usual = defaultdict(set)
    for visit in standing:
        usual[visit.child_id, visit.service_key].add(visit.team_id)
    found = 0
    for one in changes:
        if one.now is not None and one.former is not None:
            found += one.now.team_id != one.former.team_id
        elif one.now is not None and (teams := usual[one.now.child_id, one.now.service_key]):
            found += one.now.team_id not in teams
    return found


def missing_of(changes: list[Changed]) -> list[Changed]:
    """Visits that are called off and not made up."""
    return [one for one in changes if one.kind == ChangeKind.REMOVED]


def _teachers_of(changes: list[Changed]) -> set[uuid.UUID]:
    teams = {v.team_id for one in changes for v in (one.former, one.now) if v is not None}
    return set(db.session.scalars(select(TeamMember.teacher_id).where(TeamMember.team_id.in_(teams))))


def calls_for(changes: list[Changed]) -> list[tuple[uuid.UUID | None, uuid.UUID | None, list[Changed]]]:
    """Whom to phone: (child, None, its changes) or (None, teacher, the teacher's), whoever is concerned first first."""
    teams = {v.team_id for one in changes for v in (one.former, one.now) if v is not None}
    members = defaultdict(list)
    for row in db.session.execute(
        select(TeamMember.team_id, TeamMember.teacher_id)
        .where(TeamMember.team_id.in_(teams))
        .order_by(TeamMember.position)
    ):
        members[row.team_id].append(row.teacher_id)
    found: dict[tuple, list[Changed]] = defaultdict(list)
    for one in changes:
        found[one.child_id, None].append(one)
        for teacher in dict.fromkeys(t for v in (one.former, one.now) if v is not None for t in members[v.team_id]):
            found[None, teacher].append(one)

    def soonest(item: Any) -> tuple:
        (child, teacher), rows = item
        return min(v.day for c in rows for v in (c.former, c.now) if v), teacher is not None, str(child or teacher)

    return [(child, teacher, rows) for (child, teacher), rows in sorted(found.items(), key=soonest)]


@dataclass(frozen=True)
class CallView:
    """Somebody to phone with what changes; `changes` as they were kept when the way out was chosen."""

    row: RepairCall
    name: str
    about: str


def list_calls(actor: Actor, repair: Repair) -> list[CallView]:
    """The list of whom to phone, in its order, with names."""
    rows = list(
        db.session.scalars(select(RepairCall).where(RepairCall.repair_id == repair.id).order_by(RepairCall.position))
    )
    children = _named_as_chosen(actor, {r.child_id for r in rows if r.child_id})
    teachers = teacher_names_by_id({r.teacher_id for r in rows})
    return [
        CallView(
            row,
            (row.child_id and children.get(row.child_id)) or (row.teacher_id and teachers.get(row.teacher_id)) or "",
            "family" if row.child_id else "teacher",
        )
        for row in rows
    ]


def repairs_of(timetable: Timetable) -> list[Repair]:
    """The repairs that were begun from a timetable, the newest first."""
    return list(
        db.session.scalars(
            select(Repair).where(Repair.timetable_id == timetable.id).order_by(Repair.created_at.desc()).limit(20)
        )
    )


def repair_of_draft(timetable_id: uuid.UUID) -> Repair | None:
    """The repair from which a draft or published timetable was made."""
    return db.session.scalar(select(Repair).where(Repair.draft_id == timetable_id))


def base_of(draft_id: uuid.UUID) -> uuid.UUID | None:
    """The published timetable that a draft repairs; None for a draft that is no repair."""
    return db.rows(_BASE, {"draft": draft_id}).scalar()


_BASE = select(Repair.timetable_id).where(Repair.draft_id == bindparam("draft"))


def visits_in_leave(actor: Actor, leaves: Iterable[Leave], today: date) -> dict[uuid.UUID, list[InLeave]]:
    """For each row of leave, the standing visits to come of its teacher, by the timetable in force of their month."""
    found: dict[uuid.UUID, list[InLeave]] = {}
    if not actor.may(Permission.TIMETABLES_WRITE):
        return found
    force = select(Timetable.id).where(Timetable.superseded_at.is_(None), Timetable.published_at.is_not(None))
    came = Timetable.__table__.alias("came")
    for leave in leaves:
        rows = db.session.execute(
            select(Timetable.id, func.count(Visit.id))
            .select_from(Visit)
            .join(came, came.c.id == Visit.timetable_id)
            .join(Timetable, (Timetable.unit_id == came.c.unit_id) & (Timetable.month == came.c.month))
            .join(TeamMember, TeamMember.team_id == Visit.team_id)
            .where(
                Timetable.id.in_(force),
                TeamMember.teacher_id == leave.teacher_id,
                Visit.day.between(max(leave.first_on, today), leave.last_on),
                stands(),
                ~exists().where(VisitRecord.visit_id == Visit.id),
            )
            .group_by(Timetable.id, Timetable.month)
            .order_by(Timetable.month)
        ).all()
        if rows:
            found[leave.id] = [InLeave(*row) for row in rows]
    return found
