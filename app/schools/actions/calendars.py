"""Writing calendars: the national days of a year, closures and make-up days of a district, terms."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, select

from app.access import Actor, Permission, Role, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel import clock
from app.kernel.calendars import YearMissing, check_calendar_year, national_year
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.schools import queries
from app.schools.models import CalendarDay, CalendarYear, Term
from app.schools.types import CalendarFacts, DayKind

LONGEST_CLOSURE = 120


def import_calendar_year(actor: Actor, facts: CalendarFacts) -> CalendarYear:
    """Put the national days of a year in place of those that were there. For administrators and the municipality.

    Raises Refused when a day lies outside the year or is both off and worked.
    """
    require(actor, Permission.SETTINGS_WRITE)
    if not _everywhere(actor):
        raise NotFound
    refuse_if(check_calendar_year(facts.year, facts.holidays, facts.worked).problems)
    db.session.execute(
        delete(CalendarDay).where(
            CalendarDay.unit_id.is_(None),
            CalendarDay.kind.in_([DayKind.HOLIDAY, DayKind.WORKED]),
            CalendarDay.day.between(date(facts.year, 1, 1), date(facts.year, 12, 31)),
        )
    )
    for kind, days in ((DayKind.HOLIDAY, facts.holidays), (DayKind.WORKED, facts.worked)):
        db.session.add_all(CalendarDay(unit_id=None, day=day, kind=kind, name=name) for day, name in days.items())
    year = db.session.scalar(select(CalendarYear).where(CalendarYear.year == facts.year))
    if year is None:
        year = CalendarYear(year=facts.year, source=facts.source, loaded_at=clock.now())
        db.session.add(year)
    year.source, year.loaded_at = facts.source, clock.now()
    audit.record(
        actor,
        "import_calendar_year",
        "calendar_year",
        year.id,
        year=facts.year,
        source=facts.source,
        holidays=len(facts.holidays),
        worked=len(facts.worked),
    )
    db.session.flush()
    return year


def _everywhere(actor: Actor) -> bool:
    return actor.municipal or Role.ADMINISTRATOR in actor.roles


def import_national_year(actor: Actor, year: int) -> CalendarYear:
    """The same from the installed library of national holidays. Raises Refused for a year that it does not know."""
    try:
        known = national_year(year)
    except YearMissing:
        raise Refused(
            Problem(
                "library_year_missing",
                N_(
                    "The installed library does not know %(year)s. Upload the "
                    "days of the State Council's notice instead."
                ),
                {"year": year},
                field="year",
            )
        ) from None
    return import_calendar_year(
        actor, CalendarFacts(year, dict.fromkeys(known.holidays, ""), dict.fromkeys(known.worked, ""), known.source)
    )


def close_days(actor: Actor, unit_id: uuid.UUID | None, first: date, last: date, reason: str) -> int:
    """Close the schools of a unit (or everywhere) from `first` to `last`: heat, flood, examination. Return the days.

    Days closed already stay as they are; a make-up day in between is closed too: safety goes first.
    """
    require(actor, Permission.SETTINGS_WRITE)
    if not queries.may_set(actor, unit_id):
        raise NotFound
    if not reason.strip():
        raise Refused(Problem("closure_reason_missing", N_("Say why the schools are closed."), field="reason"))
    if not first <= last <= first + timedelta(days=LONGEST_CLOSURE):
        raise Refused(
            Problem(
                "closure_days_wrong",
                N_("The last day must be the first day or later, at most %(most)s days after it."),
                {"most": LONGEST_CLOSURE},
                field="last",
            )
        )
    there = {
        row.day: row
        for row in db.session.scalars(
            select(CalendarDay).where(
                _of(unit_id),
                CalendarDay.day.between(first, last),
                CalendarDay.kind.in_([DayKind.CLOSED, DayKind.TEACHING]),
            )
        )
    }
    count = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        row = there.get(day)
        if row is None:
            db.session.add(CalendarDay(unit_id=unit_id, day=day, kind=DayKind.CLOSED, name=reason.strip()))
        elif row.kind == DayKind.TEACHING:
            row.kind, row.acts_as, row.name = DayKind.CLOSED, None, reason.strip()
        else:
            continue
        count += 1
    audit.record(
        actor,
        "close_days",
        "calendar_day",
        unit=str(unit_id) if unit_id else None,
        days=count,
        first=first.isoformat(),
        last=last.isoformat(),
        reason=reason.strip(),
    )
    db.session.flush()
    return count


def _of(unit_id: uuid.UUID | None) -> ColumnElement[bool]:
    return CalendarDay.unit_id.is_(None) if unit_id is None else CalendarDay.unit_id == unit_id


def teach_on(actor: Actor, unit_id: uuid.UUID | None, day: date, acts_as: int | None, reason: str) -> CalendarDay:
    """Make a day a teaching day of a unit that follows the timetable of weekday `acts_as` (0 Monday … 6 Sunday).

    Raises Refused for a day that was closed, or made one with other words, before: nobody's closure is written over.
    """
    require(actor, Permission.SETTINGS_WRITE)
    if not queries.may_set(actor, unit_id):
        raise NotFound
    if acts_as is not None and not 0 <= acts_as <= 6:
        raise Refused(Problem("weekday_wrong", N_("Choose a weekday."), field="acts_as"))
    row = db.session.scalar(select(CalendarDay).where(_of(unit_id), CalendarDay.day == day))
    if row is not None and (row.kind, row.acts_as, row.name) == (DayKind.TEACHING, acts_as, reason.strip()):
        return row
    if row is not None and row.kind in (DayKind.CLOSED, DayKind.TEACHING):
        raise Refused(_set_already(row))
    if row is None:
        row = CalendarDay(unit_id=unit_id, day=day)
        db.session.add(row)
    row.kind, row.acts_as, row.name = DayKind.TEACHING, acts_as, reason.strip()
    audit.record(actor, "teach_on", "calendar_day", row.id, unit=str(unit_id), day=day.isoformat(), acts_as=acts_as)
    db.session.flush()
    return row


def _set_already(row: CalendarDay) -> Problem:
    sentence = (
        N_("Schools are closed on this day: %(name)s. Take that back first.")
        if row.kind == DayKind.CLOSED
        else N_("This day is a make-up day already: %(name)s. Take that back first.")
    )
    return Problem("day_set", sentence, {"name": row.name}, field="day")


def open_day(actor: Actor, day_id: uuid.UUID) -> None:
    """Take back a closure or a make-up day."""
    require(actor, Permission.SETTINGS_WRITE)
    row = db.session.get(CalendarDay, day_id)
    if row is None or row.kind not in {DayKind.CLOSED, DayKind.TEACHING} or not queries.may_set(actor, row.unit_id):
        raise NotFound
    audit.record(
        actor,
        "open_day",
        "calendar_day",
        row.id,
        unit=str(row.unit_id) if row.unit_id else None,
        day=row.day.isoformat(),
        kind=row.kind.value,
        reason=row.name,
    )
    db.session.delete(row)
    db.session.flush()


def save_term(
    actor: Actor, unit_id: uuid.UUID | None, school_year: int, number: int, starts_on: date, ends_on: date, source: str
) -> Term:
    """Set a term of a school year, for the municipality or for a unit that differs from it."""
    require(actor, Permission.SETTINGS_WRITE)
    if not queries.may_set(actor, unit_id):
        raise NotFound
    if number not in {1, 2} or not date(school_year, 8, 1) <= starts_on < ends_on <= date(school_year + 1, 8, 31):
        raise Refused(
            Problem(
                "term_days_wrong", N_("A term begins before it ends, both inside the school year."), field="ends_on"
            )
        )
    for other in queries.list_terms(unit_id):
        if (other.school_year, other.number) != (school_year, number) and (
            other.starts_on <= ends_on and starts_on <= other.ends_on
        ):
            raise Refused(Problem("terms_overlap", N_("This term would overlap another one."), field="starts_on"))
    row = db.session.scalar(
        select(Term).where(
            Term.unit_id.is_(None) if unit_id is None else Term.unit_id == unit_id,
            Term.school_year == school_year,
            Term.number == number,
        )
    )
    if row is None:
        row = Term(unit_id=unit_id, school_year=school_year, number=number)
        db.session.add(row)
    row.starts_on, row.ends_on, row.source = starts_on, ends_on, source.strip()
    audit.record(
        actor,
        "save_term",
        "term",
        row.id,
        unit=str(unit_id) if unit_id else None,
        school_year=school_year,
        number=number,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
    )
    db.session.flush()
    return row
