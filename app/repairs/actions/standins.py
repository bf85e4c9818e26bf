"""Teams that visit because a way out was chosen: woken with its draft, put back when nothing comes of the draft."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.db import audit, db
from app.repairs.models import Repair
from app.teams.models import Team
from app.timetables.models import Timetable, Visit
from app.timetables.queries.standing import stands
from app.timetables.types import TimetableState
from app.web.filters import today


def wake_teams(team_ids: Iterable[uuid.UUID]) -> dict[str, int]:
    """Let those visit that do not; return the revisions, by id, of the woken ones. A team that somebody saves later
    has another revision: it is theirs, and stays as they left it."""
    woken = {}
    for team in db.session.scalars(select(Team).where(Team.id.in_(team_ids), ~Team.active).with_for_update()):
        team.active = True
        woken[str(team.id)] = team.revision
    return woken


def put_back_teams(actor: Actor, row: Timetable) -> None:
    """A draft of this month was thrown away, or a timetable of it went out and overtook what was made from the former
    one: teams that were woken for such drafts and have no visit, standing or in another draft, visit no longer."""
    woken = _woken(row)
    asleep = db.session.scalars(
        select(Team)
        .where(
            Team.id.in_([uuid.UUID(one) for one in woken]),
            Team.active,
            ~exists().where(Visit.team_id == Team.id, stands()),
            ~exists().where(Visit.team_id == Team.id, Visit.timetable_id.in_(_open_drafts(row.unit_id))),
        )
        .with_for_update()
    )
    for team in asleep:
        if team.revision in woken[str(team.id)]:
            team.active = False
            audit.record(actor, "put_back_team", "team", team.id, name=team.name)
    db.session.flush()


def _woken(row: Timetable) -> dict[str, set[int]]:
    """Revisions, by id, of the teams that were woken for drafts of the unit whose days are not over."""
    draft = aliased(Timetable)
    repairs = db.session.scalars(
        select(Repair)
        .join(draft, draft.id == Repair.draft_id)
        .where(
            Repair.unit_id == row.unit_id,
            draft.state.in_((TimetableState.DRAFT, TimetableState.DISCARDED)),
            or_(draft.last_on >= today(), draft.id == row.id),
        )
    )
    found: dict[str, set[int]] = {}
    for repair in repairs:
        for variant in repair.variants:
            for team_id, revision in variant.get("woken", {}).items():
                found.setdefault(team_id, set()).add(revision)
    return found


def _open_drafts(unit_id: uuid.UUID) -> Select:
    """Drafts that can still be published: those of a repair while the timetable that it repairs is in force."""
    base = aliased(Timetable)
    overtaken = (
        select(Repair.draft_id)
        .join(base, base.id == Repair.timetable_id)
        .where(Repair.draft_id.is_not(None), base.superseded_at.is_not(None))
    )
    return select(Timetable.id).where(
        Timetable.unit_id == unit_id, Timetable.state == TimetableState.DRAFT, Timetable.id.not_in(overtaken)
    )
