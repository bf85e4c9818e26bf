"""What forbids that a school is closed, becomes one of another kind or goes to another unit with a form or a sheet."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select

from app.closings.queries.present import count_grades, count_ordinary
from app.db import db
from app.kernel.order import counted
from app.kernel.problems import N_, Problem
from app.roll.models import IntendedPlace, Membership, Transfer
from app.roll.queries import names_school
from app.roll.types import SchoolLink, TransferState
from app.schools.models import School, Teacher
from app.schools.rules import check_kind
from app.schools.types import SchoolKind
from app.teams.models import Team


def closing_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school is closed when it has no pupils left, today or agreed for later: else they would stay on the roll of a
    school that is not there."""
    pupils = db.session.scalar(
        select(func.count(func.distinct(Membership.child_id))).where(
            Membership.school_id == school.id, or_(Membership.valid_to.is_(None), Membership.valid_to > today)
        )
    )
    if pupils:
        return (
            Problem(
                "school_has_pupils",
                N_(
                    "%(count)s pupils are at this school (on its roll, in its classes or taught at home by it). Close "
                    "it by “Close or merge” on its page (code %(code)s): pupils, classes, teachers and teams go over "
                    "to another school in one step."
                ),
                {"count": pupils, "code": school.code},
                field="closed_on",
            ),
        )
    names = db.session.scalars(select(Team.name).where(Team.school_id == school.id, Team.active)).all()
    if names:
        return (
            Problem(
                "school_has_teams",
                N_(
                    "Teams start from this school: %(names)s. Close it by “Close or merge” on its page (code "
                    "%(code)s): they go over to another school with the teachers."
                ),
                {"names": "、".join(sorted(names, key=counted)), "code": school.code},
                field="closed_on",
            ),
        )
    meant, staff = (
        db.count(select(func.count(IntendedPlace.id)).where(names_school(school.id))),
        db.session.scalar(
            select(func.count()).select_from(Teacher).where(Teacher.school_id == school.id, Teacher.active)
        ),
    )
    if meant or staff:
        return (
            Problem(
                "school_has_others",
                N_(
                    "%(teachers)s teachers work at this school and %(children)s children without a roll are meant for "
                    "it. Close it by “Close or merge” on its page (code %(code)s): they go over to another school."
                ),
                {"teachers": staff, "children": meant, "code": school.code},
                field="closed_on",
            ),
        )
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Transfer)
        .where(
            Transfer.state == TransferState.OPEN,
            or_(Transfer.from_school_id == school.id, Transfer.to_school_id == school.id),
        )
    )
    if waiting:
        return (
            Problem(
                "school_has_transfers",
                N_("%(count)s transfers from or to this school are still open. See to them first."),
                {"count": waiting},
                field="closed_on",
            ),
        )
    return ()


def kind_problems(school: School, kind: SchoolKind) -> tuple[Problem, ...]:
    """A school does not become one of a kind without the grades of those who are on its roll, sit in its classes or
    are meant for it, today or agreed for later; a special school only while all of them are placed at one."""
    if kind == school.kind:
        return ()
    ordinary = count_ordinary(school.id) if kind == SchoolKind.SPECIAL else 0
    return tuple(check_kind(school.kind, kind, count_grades(school.id), ordinary))


def leaving_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school goes to another unit with a form or a sheet only while nobody is there: pupils' responsible unit and
    teams change with it from a day that has to be asked for."""
    pupils = db.session.scalar(
        select(func.count(func.distinct(Membership.child_id))).where(
            Membership.school_id == school.id,
            Membership.link == SchoolLink.ROLL,
            or_(Membership.valid_to.is_(None), Membership.valid_to > today),
        )
    )
    count = db.session.scalar(select(func.count()).select_from(Team).where(Team.school_id == school.id, Team.active))
    if not pupils and not count:
        return ()
    return (
        Problem(
            "school_takes_along",
            N_(
                "%(pupils)s pupils are on this school's roll and %(teams)s teams start from it. Use “Move to another "
                "unit” on its page (code %(code)s): it asks for the day, and they go along in one step."
            ),
            {"pupils": pupils, "teams": count, "code": school.code},
            field="unit_id",
        ),
    )
