"""What forbids that a school is closed, becomes one of another kind or goes to another unit: asked by the page, and by
the preview of a sheet."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, func, or_, select, union

from app.db import Base, db
from app.kernel.order import counted
from app.kernel.problems import N_, Problem
from app.schools.models import School, Teacher
from app.schools.rules import check_kind
from app.schools.types import SchoolKind


def closing_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school is closed when it has no pupils left, today or agreed for later: else they would stay on the roll of a
    school that is not there. The roll lies above: its tables are named as text and only counted."""
    places, transfers, teams = (Base.metadata.tables[name] for name in ("memberships", "transfers", "teams"))
    pupils = db.session.scalar(select(func.count(func.distinct(places.c.child_id))).where(
        places.c.school_id == school.id, or_(places.c.valid_to.is_(None), places.c.valid_to > today)))
    if pupils:
        return (Problem("school_has_pupils", N_(
            "%(count)s pupils are at this school (on its roll, in its classes or taught at home by it). Close it by "
            "“Close or merge” on its page (code %(code)s): pupils, classes, teachers and teams go over to another "
            "school in one step."), {"count": pupils, "code": school.code}, field="closed_on"),)
    names = db.session.scalars(select(teams.c.name).where(teams.c.school_id == school.id, teams.c.active)).all()
    if names:
        return (Problem("school_has_teams", N_(
            "Teams start from this school: %(names)s. Close it by “Close or merge” on its page (code %(code)s): they "
            "go over to another school with the teachers."),
            {"names": "、".join(sorted(names, key=counted)), "code": school.code}, field="closed_on"),)
    meant, staff = _meant_for(school), db.session.scalar(select(func.count()).select_from(Teacher).where(
        Teacher.school_id == school.id, Teacher.active))
    if meant or staff:
        return (Problem("school_has_others", N_(
            "%(teachers)s teachers work at this school and %(children)s children without a roll are meant for it. "
            "Close it by “Close or merge” on its page (code %(code)s): they go over to another school."),
            {"teachers": staff, "children": meant, "code": school.code}, field="closed_on"),)
    waiting = db.session.scalar(select(func.count()).select_from(transfers).where(
        transfers.c.state == "open",
        or_(transfers.c.from_school_id == school.id, transfers.c.to_school_id == school.id)))
    if waiting:
        return (Problem("school_has_transfers", N_(
            "%(count)s transfers from or to this school are still open. See to them first."), {"count": waiting},
            field="closed_on"),)
    return ()


def _meant_for(school: School) -> int:
    meant = Base.metadata.tables["intended_places"]
    return db.session.scalar(select(func.count()).select_from(meant).where(meant.c.valid_to.is_(None), or_(
        meant.c.school_id == school.id, meant.c.attending_id == school.id, meant.c.delivering_id == school.id))) or 0


def kind_problems(school: School, kind: SchoolKind) -> tuple[Problem, ...]:
    """A school does not become one of a kind without the grades of those who are on its roll, sit in its classes or
    are meant for it, today or agreed for later; a special school only while all of them are placed at one."""
    if kind == school.kind:
        return ()
    places, meant, decisions = (Base.metadata.tables[name] for name in (
        "memberships", "intended_places", "decisions"))
    found = union(
        select(places.c.child_id, places.c.grade).where(
            places.c.school_id == school.id, places.c.link != "delivering", places.c.valid_to.is_(None)),
        select(meant.c.child_id, meant.c.grade).where(meant.c.valid_to.is_(None), or_(
            meant.c.school_id == school.id, meant.c.attending_id == school.id))).subquery()
    rows = db.session.execute(select(found.c.grade, func.count()).group_by(found.c.grade)).all()
    ordinary = db.session.scalar(select(func.count(func.distinct(found.c.child_id))).where(~exists(select(
        decisions.c.id).where(decisions.c.child_id == found.c.child_id, decisions.c.ended_on.is_(None),
                              decisions.c.kind == "special_school")))) if kind == SchoolKind.SPECIAL else 0
    return tuple(check_kind(school.kind, kind, {row[0]: row[1] for row in rows}, ordinary))


def leaving_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school goes to another unit with a form or a sheet only while nobody is there: pupils' responsible unit and
    teams change with it from a day that has to be asked for."""
    places, teams = (Base.metadata.tables[name] for name in ("memberships", "teams"))
    pupils = db.session.scalar(select(func.count(func.distinct(places.c.child_id))).where(
        places.c.school_id == school.id, places.c.link == "roll",
        or_(places.c.valid_to.is_(None), places.c.valid_to > today)))
    count = db.session.scalar(select(func.count()).select_from(teams).where(
        teams.c.school_id == school.id, teams.c.active))
    if not pupils and not count:
        return ()
    return (Problem("school_takes_along", N_(
        "%(pupils)s pupils are on this school's roll and %(teams)s teams start from it. Use “Move to another unit” on "
        "its page (code %(code)s): it asks for the day, and they go along in one step."),
        {"pupils": pupils, "teams": count, "code": school.code}, field="unit_id"),)


def moving_problems(came_on: date | None, on: date) -> tuple[Problem, ...]:
    """A school does not go to another unit before the day on which it came to the one it has."""
    if came_on is None or came_on <= on:
        return ()
    return (Problem("move_before_last", N_("This school came to its unit on %(day)s. Enter a later day."),
                    {"day": came_on.isoformat()}, field="on"),)
