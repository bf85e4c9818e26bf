"""Reading for the family: the guardian's own children, the family as the coordinator sees it, who opened the file."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Role
from app.accounts.models import LinkPurpose, OneUseLink, RoleGrant, SignIn, User
from app.accounts.queries import find_link
from app.children.models import Child, Guardian, Guardianship
from app.children.queries import list_guardianships
from app.children.sight import in_sight
from app.children.standing import standing_of
from app.db import Day, db
from app.db.audit import TABLE as AUDIT
from app.db.remember import remembered
from app.errors import NotFound
from app.family.models import FamilyAnswer
from app.family.types import Disagreement, Letter, LetterState, Member, MonthMinutes, Opening
from app.kernel import clock
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


# What a family's page asks at every visit, put together once: that takes longer than to run it.
_DAY = bindparam("day", type_=Day())
_OWN = select(Child).where(Child.id.in_(select(Guardianship.child_id).where(
    Guardianship.guardian_id == bindparam("guardian"), Guardianship.may_see, Guardianship.valid_from <= _DAY,
    or_(Guardianship.valid_to.is_(None), Guardianship.valid_to > _DAY)))).order_by(Child.birth_on, Child.id)
_VERSIONS = (
    select(PlanVersion.id, PlanVersion.child_id, PlanVersion.number, PlanVersion.state, PlanVersion.starts_on,
           PlanVersion.ends_on, PlanVersion.content, PlanForce.valid_from, PlanForce.valid_to)
    .outerjoin(PlanForce, PlanForce.version_id == PlanVersion.id)
    .where(PlanVersion.child_id == bindparam("child"), PlanVersion.state == VersionState.APPROVED)
    .order_by(PlanVersion.number.desc()))
_ANSWER = select(FamilyAnswer).where(
    FamilyAnswer.version_id == bindparam("version"), FamilyAnswer.guardian_id == bindparam("guardian")
).order_by(FamilyAnswer.at.desc(), FamilyAnswer.id.desc()).limit(1)
_HAS_PASSWORD = select(User.password_hash.is_not(None)).where(User.id == bindparam("user"))


def list_own_children(actor: Actor, today: date) -> list[Child]:
    """The children whose living guardianship says that the guardian may see them, the oldest first; for nobody else
    there is any."""
    if Role.GUARDIAN not in actor.roles or actor.guardian_id is None:
        return []
    return list(db.session.scalars(_OWN, {"guardian": actor.guardian_id, "day": today}))


def get_own_child(actor: Actor, child_id: uuid.UUID, today: date) -> Child:
    """One of them. Raises NotFound for every other child, the same as for none."""
    return one_of(list_own_children(actor, today), child_id)


def one_of(children: list[Child], child_id: uuid.UUID) -> Child:
    """The child with this id among the guardian's own. Raises NotFound."""
    child = next((one for one in children if one.id == child_id), None)
    if child is None:
        raise NotFound
    return child


def list_own_versions(child_id: uuid.UUID) -> list:
    """The approved versions of a child that was loaded as the guardian's own, the newest first: (id, child_id, number,
    state, starts_on, ends_on, content, valid_from, valid_to), the last two None for one that never came into force."""
    return db.rows(_VERSIONS, {"child": child_id}).all()


def current_of(versions: list, today: date):
    """The version that the family reads first: the one in force, else the next one, else the one that held last, else
    the newest."""
    begun = [v for v in versions if v.valid_from is not None]
    in_force = [v for v in begun if v.valid_from <= today and (v.valid_to is None or v.valid_to > today)]
    later = [v for v in begun if v.valid_from > today]
    ended = sorted((v for v in begun if ended_of(v, today)), key=last_day_of, reverse=True)
    return next(iter(in_force + later[::-1] + ended + versions), None)


def last_day_of(version) -> date:
    """The last day of a version that came into force: its period's own, or the one before its successor's first."""
    return min(version.ends_on, version.valid_to - timedelta(days=1)) if version.valid_to else version.ends_on


def ended_of(version, today: date) -> date | None:
    """The last day of a version that came into force and is over; None for every other version. One without a
    successor stays in force in the records; to the family it has ended all the same."""
    return None if version.valid_from is None or last_day_of(version) >= today else last_day_of(version)


def coming_of(versions: list, today: date) -> list:
    """The versions that will come into force after today, the next one first."""
    return sorted((v for v in versions if v.valid_from is not None and v.valid_from > today),
                  key=lambda v: v.valid_from)


def open_to_answer(versions: list, today: date) -> list:
    """The versions that the family may answer: the one it reads first unless it has ended, and those to come."""
    current, coming = current_of(versions, today), coming_of(versions, today)
    return [one for one in versions if one in coming or one is current and not ended_of(one, today)]


def find_answer(actor: Actor, version_id: uuid.UUID):
    """The actor's newest answer to a version: a row with the columns of FamilyAnswer, or None."""
    return db.rows(_ANSWER, {"version": version_id, "guardian": actor.guardian_id}).first()


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
    offset = int(start.utcoffset().total_seconds()) // 60 if db.is_sqlite else None
    grants: dict[tuple, list] = {}
    for row in db.rows(_openings(offset), {"child": child_id, "start": start}):
        grants.setdefault((date.fromisoformat(str(row.day)), row.actor_id, row.times), []).append(row)
    counted: Counter = Counter()
    for (day, _actor, times), held in grants.items():
        counted[day, _role_on([grant for grant in held if grant.role is not None], day)] += times
    return [Opening(day, role, times) for (day, role), times in
            sorted(counted.items(), key=lambda item: (-item[0][0].toordinal(), str(item[0][1])))]


@lru_cache(maxsize=4)
def _openings(offset: int | None) -> Select:
    """How often each person opened a child's file on each day, a row for each role the person ever held. `offset` is
    local time in minutes before UTC, for SQLite (there is no summer time)."""
    newest = select(AUDIT.c.at, AUDIT.c.actor_id).where(
        AUDIT.c.child_id == bindparam("child"), AUDIT.c.verb.in_(OPENINGS), AUDIT.c.at >= bindparam("start")
    ).order_by(AUDIT.c.seq.desc()).limit(MOST_OPENINGS).subquery()
    day_of = func.date(func.timezone(str(LOCAL), newest.c.at)) if offset is None else \
        func.date(newest.c.at, f"{offset:+d} minutes")
    counted = select(day_of.label("day"), newest.c.actor_id, func.count().label("times")).group_by(
        day_of, newest.c.actor_id).subquery()
    return (
        select(counted.c.day, counted.c.actor_id, counted.c.times, RoleGrant.role, RoleGrant.valid_from,
               RoleGrant.valid_to)
        .outerjoin(RoleGrant, RoleGrant.user_id == counted.c.actor_id)
        .order_by(RoleGrant.valid_from, RoleGrant.id))


def _role_on(grants, day: date) -> Role | None:
    held = [g.role for g in grants if g.valid_from <= day and (g.valid_to is None or g.valid_to > day)]
    return next(iter(held or [g.role for g in grants][-1:]), None)


def school_today(child_id: uuid.UUID) -> str | None:
    """The name of the school that answers for a child today: the one that sends its teachers home, else the one it
    attends, else the one of its roll. A frozen plan names the one of its own day, which may be closed since."""
    place = standing_of(child_id).taught_at
    return place.name if place else None


def has_password(actor: Actor) -> bool:
    """True when the guardian can come again by name and password."""
    return bool(db.rows(_HAS_PASSWORD, {"user": actor.user_id}).scalar())


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
        .where(User.guardian_id.in_(guardian_ids), SignIn.ended_at.is_(None), SignIn.ends_at > clock.now())
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
    return LetterState.OPEN if row.ends_at > clock.now() else LetterState.OVER


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
