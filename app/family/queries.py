"""Reading for the family: the guardian's own children, the family as the coordinator sees it, who opened the file."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Role
from app.accounts.models import LinkPurpose, OneUseLink, RoleGrant, SignIn, User
from app.accounts.queries import find_link
from app.children.models import Child, Guardian, Guardianship
from app.children.queries import list_guardianships
from app.children.sight import in_sight
from app.db import db
from app.db.audit import TABLE as AUDIT
from app.db.remember import remembered
from app.errors import NotFound
from app.family.models import FamilyAnswer
from app.family.types import Disagreement, Letter, LetterState, Member, MonthMinutes, Opening
from app.kernel.calendars import YearMissing
from app.placements.types import Agreement
from app.plans.models import PlanForce, PlanVersion
from app.plans.types import VersionState
from app.schools.models import Unit
from app.visits.queries import child_ledger
from app.visits.rules.gathering import month_of
from app.web.filters import LOCAL

OPENINGS = ("open_file", "print", "reveal")
OPENING_DAYS = 365
MOST_OPENINGS = 2000


# --- the guardian's own ---------------------------------------------------------------------------------------------


def _own(actor: Actor, today: date) -> Select:
    """Children whose living guardianship says that the actor may see them; for nobody else there is none."""
    holder = actor.guardian_id if Role.GUARDIAN in actor.roles else None
    return select(Child).join(Guardianship, Guardianship.child_id == Child.id).where(
        Guardianship.guardian_id == holder, Guardianship.may_see, Guardianship.valid_from <= today,
        or_(Guardianship.valid_to.is_(None), Guardianship.valid_to > today))


def list_own_children(actor: Actor, today: date) -> list[Child]:
    """The children that the guardian may see today, the oldest first."""
    return list(db.session.scalars(_own(actor, today).distinct().order_by(Child.birth_on, Child.id)))


def get_own_child(actor: Actor, child_id: uuid.UUID, today: date) -> Child:
    """One of them. Raises NotFound for every other child, the same as for none."""
    child = db.session.scalar(_own(actor, today).where(Child.id == child_id).limit(1))
    if child is None:
        raise NotFound
    return child


def list_own_versions(child_id: uuid.UUID) -> list[tuple[PlanVersion, PlanForce | None]]:
    """The approved versions of a child that was loaded as the guardian's own, the newest first."""
    rows = db.session.execute(
        select(PlanVersion, PlanForce).outerjoin(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(PlanVersion.child_id == child_id, PlanVersion.state == VersionState.APPROVED)
        .order_by(PlanVersion.number.desc()))
    return [(version, force) for version, force in rows]


def current_of(rows: list[tuple[PlanVersion, PlanForce | None]], today: date) -> PlanVersion | None:
    """The version that the family reads first: the one in force, else the next one, else the newest."""
    in_force = [v for v, f in rows if f and f.valid_from <= today and (f.valid_to is None or f.valid_to > today)]
    later = [v for v, f in rows if f and f.valid_from > today]
    return next(iter(in_force + later[::-1] + [v for v, _f in rows]), None)


def find_answer(actor: Actor, version_id: uuid.UUID) -> FamilyAnswer | None:
    """The actor's newest answer to a version."""
    return db.session.scalar(select(FamilyAnswer).where(
        FamilyAnswer.version_id == version_id, FamilyAnswer.guardian_id == actor.guardian_id)
        .order_by(FamilyAnswer.at.desc(), FamilyAnswer.id.desc()).limit(1))


def list_minutes(child_id: uuid.UUID, today: date) -> list[MonthMinutes]:
    """Minutes of teaching at home in the weeks of this month and of the one before; empty months are left out.

    Empty too while the holidays of the year are not known: no figure is better than a wrong one.
    """
    return remembered(("minutes", child_id, today), lambda: _list_minutes(child_id, today))


def _list_minutes(child_id: uuid.UUID, today: date) -> list[MonthMinutes]:
    found = []
    first, _last = month_of(today)
    for day in (first, first - timedelta(days=1)):
        try:
            balances = [row.balance for row in child_ledger(child_id, day)]
        except YearMissing:
            continue
        if any(one.due or one.planned for one in balances):
            found.append(MonthMinutes(_name_day(day), *(sum(getattr(one, name) for one in balances)
                                                        for name in ("due", "given", "open", "excused", "owed"))))
    return found


def _name_day(day: date) -> date:
    """The first of the month whose weeks hold a day: whole weeks may begin in the month before."""
    return (month_of(day)[0] + timedelta(days=10)).replace(day=1)


def list_openings(child_id: uuid.UUID, today: date, days: int = OPENING_DAYS) -> list[Opening]:
    """Who opened a child's file in the last `days` days, by day (newest first) and role; never by name.

    The role is the one held on that day. At most the newest 2,000 openings are counted.
    """
    start = datetime.combine(today - timedelta(days=days), time.min, LOCAL)
    newest = select(AUDIT.c.at, AUDIT.c.actor_id).where(
        AUDIT.c.child_id == child_id, AUDIT.c.verb.in_(OPENINGS), AUDIT.c.at >= start
    ).order_by(AUDIT.c.seq.desc()).limit(MOST_OPENINGS).subquery()
    day_of = _local_day(newest.c.at, start).label("day")
    rows = db.session.execute(select(day_of, newest.c.actor_id, func.count().label("times")).group_by(
        day_of, newest.c.actor_id)).all()
    grants = _grants({row.actor_id for row in rows if row.actor_id})
    counted: Counter = Counter()
    for row in rows:
        day = date.fromisoformat(str(row.day))
        counted[day, _role_on(grants.get(row.actor_id, ()), day)] += row.times
    return [Opening(day, role, times) for (day, role), times in
            sorted(counted.items(), key=lambda item: (-item[0][0].toordinal(), str(item[0][1])))]


def _local_day(column, near: datetime):
    """The day of a moment in local time, in SQL; the clock is that of `near` (there is no summer time)."""
    if db.is_sqlite:
        return func.date(column, f"{int(near.utcoffset().total_seconds()) // 60:+d} minutes")
    return func.date(func.timezone(str(LOCAL), column))


def _grants(user_ids: set[uuid.UUID]) -> dict[uuid.UUID, list]:
    found: dict[uuid.UUID, list] = {}
    if user_ids:
        columns = (RoleGrant.user_id, RoleGrant.role, RoleGrant.valid_from, RoleGrant.valid_to)
        for grant in db.session.execute(select(*columns).where(RoleGrant.user_id.in_(user_ids))
                                        .order_by(RoleGrant.valid_from, RoleGrant.id)):
            found.setdefault(grant.user_id, []).append(grant)
    return found


def _role_on(grants, day: date) -> Role | None:
    held = [g.role for g in grants if g.valid_from <= day and (g.valid_to is None or g.valid_to > day)]
    return next(iter(held or [g.role for g in grants][-1:]), None)


def has_password(actor: Actor) -> bool:
    """True when the guardian can come again by name and password."""
    return db.session.scalar(select(User.password_hash.is_not(None)).where(User.id == actor.user_id)) or False


def username_of(actor: Actor) -> str:
    """The name with which the guardian signs in."""
    return db.session.scalar(select(User.username).where(User.id == actor.user_id)) or ""


def find_invitation(token: str) -> tuple[OneUseLink, str] | None:
    """The letter of a token that may still be used, and its guardian's name."""
    link = find_link(token, LinkPurpose.GUARDIAN_INVITATION)
    return None if link is None else (link, db.session.get_one(Guardian, link.guardian_id).name)


# --- the coordinator's view -----------------------------------------------------------------------------------------


def list_members(child_id: uuid.UUID) -> list[Member]:
    """The family of a child that was loaded in sight, in its order. Four queries, whatever its size."""
    rows = list_guardianships(child_id)
    ids = [guardian.id for _link, guardian in rows]
    users, letters, sessions = _users(ids), _letters(child_id), _sessions(ids)
    return [Member(
        link.id, guardian.id, guardian.name, link.relation, link.is_guardian, link.may_see,
        username=users[guardian.id].username if guardian.id in users else None,
        has_password=guardian.id in users and users[guardian.id].password_hash is not None,
        sessions=sessions.get(guardian.id, 0), letters=tuple(letters.get(guardian.id, ()))) for link, guardian in rows]


def _users(guardian_ids: list[uuid.UUID]) -> dict[uuid.UUID, User]:
    return {user.guardian_id: user for user in db.session.scalars(
        select(User).where(User.guardian_id.in_(guardian_ids)).order_by(User.id.desc()))}


def find_user_of(guardian_id: uuid.UUID) -> User | None:
    """The account of a guardian."""
    return db.session.scalar(select(User).where(User.guardian_id == guardian_id).order_by(User.id).limit(1))


def _sessions(guardian_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(User.guardian_id, func.count()).join(SignIn, SignIn.user_id == User.id)
        .where(User.guardian_id.in_(guardian_ids), SignIn.ended_at.is_(None), SignIn.ends_at > datetime.now(UTC))
        .group_by(User.guardian_id))
    return dict(rows.all())


def _letters(child_id: uuid.UUID) -> dict[uuid.UUID, list[Letter]]:
    found: dict[uuid.UUID, list[Letter]] = {}
    for row in db.session.scalars(select(OneUseLink).where(
            OneUseLink.child_id == child_id, OneUseLink.purpose == LinkPurpose.GUARDIAN_INVITATION)
            .order_by(OneUseLink.created_at.desc(), OneUseLink.id.desc()).limit(50)):
        found.setdefault(row.guardian_id, []).append(
            Letter(row.id, row.created_at, row.ends_at, row.used_at, letter_state(row)))
    return found


def letter_state(row: OneUseLink) -> LetterState:
    """What became of an invitation."""
    if row.revoked_at:
        return LetterState.REVOKED
    if row.used_at:
        return LetterState.USED
    return LetterState.OPEN if row.ends_at > datetime.now(UTC) else LetterState.OVER


def get_member(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> tuple[Guardianship, Guardian]:
    """A living guardianship of a child that was loaded in sight, and its person. Raises NotFound."""
    row = db.session.execute(select(Guardianship, Guardian).join(Guardian, Guardian.id == Guardianship.guardian_id)
                             .where(Guardianship.id == guardianship_id, Guardianship.child_id == child_id,
                                    Guardianship.valid_to.is_(None))).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_letter(child_id: uuid.UUID, link_id: uuid.UUID) -> OneUseLink:
    """An invitation to a child that was loaded in sight. Raises NotFound."""
    row = db.session.scalar(select(OneUseLink).where(
        OneUseLink.id == link_id, OneUseLink.child_id == child_id,
        OneUseLink.purpose == LinkPurpose.GUARDIAN_INVITATION))
    if row is None:
        raise NotFound
    return row


def list_answers(child_id: uuid.UUID) -> list[tuple[FamilyAnswer, int]]:
    """All answers of the family of a child that was loaded in sight, newest first, with the version's number."""
    rows = db.session.execute(
        select(FamilyAnswer, PlanVersion.number).join(PlanVersion, PlanVersion.id == FamilyAnswer.version_id)
        .where(FamilyAnswer.child_id == child_id).order_by(FamilyAnswer.at.desc(), FamilyAnswer.id.desc()).limit(100))
    return [(answer, number) for answer, number in rows]


def _open_answers(actor: Actor, today: date, columns) -> Select:
    """Newest answers that are not a plain yes, to versions in force or to come; a new version or a yes ends them."""
    newer = aliased(FamilyAnswer)
    replaced = exists().where(newer.version_id == FamilyAnswer.version_id,
                              newer.guardian_id == FamilyAnswer.guardian_id, newer.id != FamilyAnswer.id,
                              or_(newer.at > FamilyAnswer.at,
                                  and_(newer.at == FamilyAnswer.at, newer.id > FamilyAnswer.id)))
    return (select(*columns).select_from(FamilyAnswer).join(Child, Child.id == FamilyAnswer.child_id)
            .join(PlanForce, PlanForce.version_id == FamilyAnswer.version_id)
            .where(in_sight(actor), FamilyAnswer.answer.in_((Agreement.PARTLY, Agreement.DISAGREE)), ~replaced,
                   or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > today)))


def count_disagreements(actor: Actor, today: date) -> int:
    """How many answers wait to be talked about, children in sight. One query."""
    return db.session.scalar(_open_answers(actor, today, [func.count()])) or 0


def list_disagreements(actor: Actor, today: date, *, limit: int = 50, offset: int = 0) -> list[Disagreement]:
    """A page of them, the oldest first. One query."""
    columns = [Child.id, Child.name, Child.file_number, Unit.name, FamilyAnswer.version_id, FamilyAnswer.guardian_name,
               FamilyAnswer.answer, FamilyAnswer.comment, FamilyAnswer.at]
    query = _open_answers(actor, today, columns).join(Unit, Unit.id == Child.unit_id).order_by(
        FamilyAnswer.at, FamilyAnswer.id).limit(limit).offset(offset)
    return [Disagreement(*row) for row in db.session.execute(query)]
