"""Papers and calendar files of visits: plain view-models, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

from app.children.safety import safety_lines
from app.kernel.clock import LOCAL
from app.kernel.money import format_amount
from app.kernel.names import mask_name
from app.kernel.twins import ends, told_apart
from app.plans.types import PromptLevel
from app.printing.documents import print_document
from app.printing.engine import missing
from app.printing.types import Frame, Printed
from app.timetables.types import MissedReason
from app.timetables.words import closed_words
from app.web.filters import clock, label, moment
from app.web.i18n import TAGS, select_locale

BLANK_ROWS = 3
ASK_AGAIN = timedelta(hours=1)
"""How often a phone should read the calendar anew."""


# --- .ics -----------------------------------------------------------------------------------------------------------


def calendar_file(visits: Iterable) -> bytes:
    """A teacher's visits as an iCalendar file (RFC 5545, 7986): masked names, no diagnosis, no address."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yian//Home visits//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _("Home-delivered teaching"))
    calendar.add("x-wr-calname", _("Home-delivered teaching"))
    calendar.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    calendar.add_component(_zone())
    visits = list(visits)
    names = told_apart(
        (one.file_number, mask_name(one.name), (ends(one.file_number), one.file_number)) for one in visits
    )
    for one in visits:
        calendar.add_component(_event(one, names[one.file_number]))
    return calendar.to_ical()


def _zone() -> Timezone:
    zone, rule = Timezone(), TimezoneStandard()
    zone.add("tzid", "Asia/Shanghai")
    rule.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001  the zone's own rule is in local time
    rule.add("tzoffsetfrom", timedelta(hours=8))
    rule.add("tzoffsetto", timedelta(hours=8))
    rule.add("tzname", "CST")
    zone.add_component(rule)
    return zone


def _event(one: Any, name: str) -> Event:
    event = Event()
    event.add("uid", f"{one.id}@yian")
    # Without a METHOD the stamp is that of the last change (RFC 5545, 3.8.7.2).
    event.add("dtstamp", one.modified.astimezone(UTC))
    event.add("last-modified", one.modified.astimezone(UTC))
    event.add("sequence", one.sequence)
    midnight = datetime.combine(one.day, time.min, LOCAL)
    event.add("dtstart", midnight + timedelta(minutes=one.start))
    event.add("dtend", midnight + timedelta(minutes=one.end))
    words = closed_words(one.closed)
    event.add("summary", " · ".join(filter(None, (words, _("Home visit: %(name)s", name=name)))))
    event.add("description", one.team)
    event.add("status", "CANCELLED" if one.cancelled else "TENTATIVE" if words else "CONFIRMED")
    return event


# --- papers ---------------------------------------------------------------------------------------------------------


def _frame(title: str, actor_name: str, authority: str, now: datetime) -> Frame:
    return Frame(
        title=title, printed_at=moment(now), printed_by=actor_name, authority=authority, lang=TAGS[select_locale()]
    )


def _stop(own: Any, plan: Any, last: Any) -> dict:
    """One home of a route sheet."""
    visit, child, home = own.visit, own.child, own.home
    return {
        "time": f"{clock(visit.start)}–{clock(visit.end)}",
        "minutes": visit.end - visit.start,
        "name": child.name,
        "travel": visit.travel_in,
        "estimated": visit.travel_estimated,
        "guardian": own.guardian_name,
        "phone": own.phone or "",
        "address": child.address or "",
        "way": (home.way or "") if home else "",
        "mode": label(home.mode) if home else "",
        "walk": home.walk_minutes if home else 0,
        "safety": safety_lines(own.safety),
        "goals": [_goal(one, last.get(one.objective_key)) for one in plan.objectives],
        "plan": plan_words(plan),
        "closed": closed_words(own.closed),
        "ends": own.ends,
    }


def plan_words(plan: Any) -> str:
    """What has changed in a visit's plan since its timetable was made; empty where nothing has."""
    if plan.since:
        return _(
            "Plan version %(number)s, in force since %(day)s; the timetable was made from version %(old)s.",
            number=plan.version.number,
            day=format_date(plan.since, "yyyy-MM-dd"),
            old=plan.made_from,
        )
    if plan.lapsed:
        return _(
            "No plan is in force on this day; these are the objectives of version %(number)s.",
            number=plan.version.number,
        )
    return ""


def _goal(objective: Any, last: Any) -> str:
    words = objective.plain_words or objective.behaviour
    if last is None:
        return words
    return _(
        "%(words)s (last %(day)s: %(done)s of %(trials)s, %(prompt)s)",
        words=words,
        day=format_date(last.day, "M-d"),
        done=last.done,
        trials=last.trials,
        prompt=label(last.prompt),
    )


def route_sheet(
    stops: list[tuple], *, team: str, teachers: str, notes: list[str], school: str, actor_name: str, now: datetime
) -> Printed:
    """Print the route sheet of a team: `stops` are (own visit, its plan, last results) by day and route; `notes` hold
    on all days.

    A sign that no font has never holds up a team: 〓 stands in its place, and child and field are named on top.
    Raises PrintRefused.
    """
    days: dict = {}
    for own, plan, last in stops:
        days.setdefault(own.visit.day, []).append(_stop(own, plan, last))
    unprintable = list(dict.fromkeys(line for own, plan, _last in stops for line in _unprintable(own, plan)))
    frame = _frame(_("Route sheet: %(team)s", team=team), actor_name, school, now)
    shown = [(format_date(day, "full"), rows) for day, rows in days.items()]
    context = {"days": shown, "team": team, "teachers": teachers, "notes": notes, "unprintable": unprintable}
    return print_document("print/routes.html", context, frame)


def _unprintable(own: Any, plan: Any) -> list[str]:
    """Of a child, each field in which a sign cannot be printed; kept before such signs were refused."""
    safety, goals = own.safety, [one.plain_words or one.behaviour for one in plan.objectives]
    fields = [
        (_("Name"), own.child.name),
        (_("Guardian"), own.guardian_name),
        (_("Address"), own.child.address),
        (_("Way to the home"), own.home and own.home.way),
        (_("Seizures"), safety and safety.seizure),
        (_("Choking"), safety and safety.choking),
        (_("Allergy"), safety and safety.allergy),
        (_("Medicine"), safety and safety.medicine),
        (_("Other safety hints"), safety and safety.other),
        (_("Goals, last results"), "\n".join(goals)),
    ]
    return [
        _(
            "%(name)s, %(field)s: not printed in full (%(codes)s). Read it on the child's page.",
            name=own.child.name,
            field=field,
            codes=" ".join(f"U+{ord(sign):04X}" for sign in signs[:4]),
        )
        for field, words in fields
        if words and (signs := missing(words))
    ]


def blank_record(own: Any, plan: Any, practice: str, *, actor_name: str, now: datetime) -> Printed:
    """Print a visit record to fill in by hand: one child, never two on a sheet. Raises PrintRefused."""
    frame = _frame(_("Record of a home visit"), actor_name, own.school, now)
    levels = " / ".join(label(level) for level in PromptLevel)
    context = {
        "own": own,
        "stop": _stop(own, plan, {}),
        "day": format_date(own.visit.day, "full"),
        "levels": levels,
        "objectives": plan.objectives,
        "practice": practice,
        "teachers": "、".join(own.teachers),
        "blank_rows": BLANK_ROWS,
        "reasons": [label(reason) for reason in MissedReason],
    }
    return print_document("print/visit_record.html", context, frame)


def claim_sheet(claim: Any, first: date, *, actor_name: str, now: datetime) -> Printed:
    """Print a teacher's claim for the month of `first`: one line a confirmed visit, names masked, the total below.

    Raises PrintRefused.
    """
    frame = _frame(
        _("Allowance for home visits, %(month)s", month=format_date(first, "yyyy-MM")), actor_name, claim.school, now
    )
    rows = [
        (
            format_date(line.day, "yyyy-MM-dd EEE"),
            clock(line.start),
            str(line.minutes),
            mask_name(line.child_name),
            label(line.confirmation),
            format_amount(line.fen),
        )
        for line in claim.lines
    ]
    return print_document("print/claim.html", {"claim": claim, "rows": rows, "total": format_amount(claim.fen)}, frame)
