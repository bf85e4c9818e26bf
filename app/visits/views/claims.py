"""The allowance for confirmed visits, month by month: a teacher's own, and all of a district; attendance at home."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.clock import local_now
from app.kernel.problems import Refused
from app.printing.ahead import typeset
from app.printing.store import log_print
from app.teams.queries.who_may_plan import may_plan, planned_units
from app.visits.documents import claim_sheet
from app.visits.queries import attendance, claims
from app.visits.views.pages import pages
from app.web.days import asked_month
from app.web.downloads import send
from app.web.filters import today
from app.web.reading import as_uuid

WRITE, RECORD = Permission.TIMETABLES_WRITE, Permission.VISITS_RECORD


def _month() -> str:
    """The asked calendar month, else this one."""
    return f"{asked_month() or today():%Y-%m}"


def _claim(teacher_id: uuid.UUID) -> Any:
    return claims.claims_of(g.actor, [claims.get_claimant(g.actor, teacher_id)], _month())[0]


def _own_id() -> uuid.UUID:
    if g.actor.teacher_id is None:
        abort(404)
    return g.actor.teacher_id


def _page(teacher_id: uuid.UUID, layout: str, pdf: str) -> ResponseReturnValue:
    month = _month()
    return render_template(
        "visits/show_claim.html",
        claim=_claim(teacher_id),
        month=month,
        layout=layout,
        first=claims.month_days(month)[0],
        pdf=url_for(pdf, **_where(teacher_id, pdf), month=month),
    )


def _where(teacher_id: uuid.UUID, endpoint: str) -> dict:
    return {} if endpoint == ".print_my_claim" else {"teacher_id": teacher_id}


def _pdf(teacher_id: uuid.UUID) -> ResponseReturnValue:
    now = local_now()
    return typeset(lambda: _claim_paper(teacher_id, now))


def _claim_paper(teacher_id: uuid.UUID, now: datetime) -> ResponseReturnValue:
    claim, month = _claim(teacher_id), _month()
    try:
        printed = claim_sheet(claim, claims.month_days(month)[0], actor_name=g.actor.name, now=now)
    except Refused as refused:
        return render_template(
            "visits/print_refused.html", problems=refused.problems, team={"name": claim.teacher}
        ), 422
    log_print(g.actor, "claim", claim.teacher_id, None)
    return send(printed.pdf, _("Claim of %(name)s", name=claim.teacher), "pdf", on=month, inline=True)


@pages.get("/my-claim", needs=RECORD)
def my_claim() -> ResponseReturnValue:
    return _page(_own_id(), "layouts/phone.html", ".print_my_claim")


@pages.get("/my-claim.pdf", needs=RECORD)
def print_my_claim() -> ResponseReturnValue:
    return _pdf(_own_id())


@pages.get("/claims", needs=WRITE)
def list_claims() -> ResponseReturnValue:
    units = planned_units(g.actor, today())
    unit_id = request.args.get("unit", type=as_uuid) or (units[0][0] if units else None)
    if unit_id is not None and not may_plan(g.actor, unit_id):
        abort(404)
    month = _month()
    found = claims.claims_of(g.actor, claims.visiting_teachers(unit_id), month) if unit_id else []
    return render_template(
        "visits/list_claims.html",
        claims=[one for one in found if one.lines or one.waiting],
        month=month,
        units=units,
        unit_id=unit_id,
        total=sum(one.fen for one in found),
    )


@pages.get("/claims/<uuid:teacher_id>", needs=WRITE)
def show_claim(teacher_id: uuid.UUID) -> ResponseReturnValue:
    return _page(teacher_id, "layouts/desk.html", ".print_claim")


@pages.get("/claims/<uuid:teacher_id>/claim.pdf", needs=WRITE)
def print_claim(teacher_id: uuid.UUID) -> ResponseReturnValue:
    return _pdf(teacher_id)


@pages.get("/attendance", needs=Permission.CHILDREN_READ)
def show_attendance() -> ResponseReturnValue:
    """Children taught at home: present means that a visit was given and the guardian confirmed it."""
    month = _month()
    return render_template("visits/show_attendance.html", month=month, rows=attendance.list_attendance(g.actor, month))
