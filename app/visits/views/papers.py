"""Papers: route sheets and the week's packet of a team."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.clock import local_now
from app.kernel.dates import monday_of
from app.kernel.problems import Refused
from app.plans.documents import summary_pdf
from app.printing.ahead import typeset
from app.printing.packets import packet_of
from app.schools.queries import provisional_years, rule_values
from app.schools.unit_rules import noon_break
from app.teams.queries.teams import get_team, who_goes
from app.visits.actions.feeds import log_print
from app.visits.documents import blank_record, route_sheet
from app.visits.queries.in_force import plan_of_visit
from app.visits.queries.own import practice_words, team_visits
from app.visits.queries.results import last_records
from app.visits.views.pages import pages
from app.web.days import asked_day
from app.web.downloads import send
from app.web.filters import clock, today


def _asked_days() -> tuple[date, date]:
    """The asked day, or the week in which it lies."""
    first = asked_day("first") or today()
    if request.args.get("days") == "1":
        return first, first
    return monday_of(first), monday_of(first) + timedelta(days=6)


def _stops(team_id: Any, first: date, last: date) -> list[tuple]:
    """(own visit, its plan, last results) of a team's published visits."""
    results, found = {}, []
    for own in team_visits(g.actor, team_id, first, last):
        if own.child.id not in results:
            results[own.child.id] = last_records(own.child.id, first)
        plan = plan_of_visit(own.visit, own.record)
        found.append((own, plan, results[own.child.id].of(plan.objectives)))
    return found


def _refused(refused: Refused, team: Any) -> ResponseReturnValue:
    """Nothing was printed: which characters, which child."""
    return render_template("visits/print_refused.html", problems=refused.problems, team=team), 422


def _nothing(team: Any) -> ResponseReturnValue:
    why = _("This team has no published visits on these days: there is nothing to print.")
    return render_template("visits/print_refused.html", team=team, problems=[why]), 404


def _notes(team: Any, day: date) -> list[str]:
    """What holds on all days of a team: how it sets out, its break at noon."""
    found = [_("Each sets out from the own school; they meet at the home.")] if team.apart else []
    found += [
        _("Provisional: the holidays of %(year)s were not announced when this was printed.", year=year)
        for year in provisional_years(day, day + timedelta(days=6))
    ]
    rest = noon_break(rule_values(team.unit_id, day))
    if rest:
        found.append(
            _(
                "Break at noon: %(minutes)s minutes between %(first)s and %(last)s, also on the way.",
                minutes=rest[0],
                first=clock(rest[1]),
                last=clock(rest[2]),
            )
        )
    return found


def _sheet(team: Any, stops: Any, now: datetime) -> Any:
    return route_sheet(
        stops,
        team=team.name,
        teachers="、".join(who_goes(team)),
        notes=_notes(team, stops[0][0].visit.day),
        school=stops[0][0].school,
        actor_name=g.actor.name,
        now=now,
    )


@pages.get("/teams/<uuid:team_id>/routes.pdf", needs=Permission.TIMETABLES_READ)
def print_routes(team_id: uuid.UUID) -> ResponseReturnValue:
    now = local_now()
    return typeset(lambda: _routes(team_id, now))


def _routes(team_id: Any, now: datetime) -> ResponseReturnValue:
    team, (first, last) = get_team(g.actor, team_id), _asked_days()
    stops = _stops(team.id, first, last)
    if not stops:
        return _nothing(team)
    try:
        printed = _sheet(team, stops, now)
    except Refused as refused:
        return _refused(refused, team)
    log_print(g.actor, "routes", team.id, [own.child.id for own, *_rest in stops])
    return send(printed.pdf, _("Route sheet: %(team)s", team=team.name), "pdf", on=first, inline=True)


@pages.get("/teams/<uuid:team_id>/packet.pdf", needs=Permission.TIMETABLES_READ)
def print_packet(team_id: uuid.UUID) -> ResponseReturnValue:
    now = local_now()
    return typeset(lambda: _packet(team_id, now))


def _packet(team_id: Any, now: datetime) -> ResponseReturnValue:
    team, (first, last) = get_team(g.actor, team_id), _asked_days()
    stops = _stops(team.id, first, last)
    if not stops:
        return _nothing(team)
    try:
        papers = [_sheet(team, stops, now).pdf, *_child_papers(stops, now)]
    except Refused as refused:
        return _refused(refused, team)
    title = _("Packet of the week: %(team)s", team=team.name)
    packet = packet_of(papers, title)
    log_print(g.actor, "packet", team.id, [own.child.id for own, *_rest in stops])
    return send(packet, title, "pdf", on=first, inline=True)


def _child_papers(stops: Any, now: datetime) -> list[bytes]:
    """Child by child: the summary of the plan, then a blank record for each visit that does not end with a move."""
    papers, seen = [], set()
    given = [stop for stop in stops if not stop[0].ends]
    for own, plan, _last in sorted(given, key=lambda stop: (stop[0].child.sort_key, str(stop[0].child.id))):
        if plan.version.id not in seen:
            seen.add(plan.version.id)
            papers.append(summary_pdf(g.actor, plan.version, now, large=False))
        practice = practice_words(plan.version.id)
        papers.append(blank_record(own, plan, practice, actor_name=g.actor.name, now=now).pdf)
    return papers
