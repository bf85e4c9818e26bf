"""Plan and summary on paper."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel import clock
from app.plans.documents import paper_title, plan_pdf, summary_pdf
from app.plans.queries import read_version
from app.plans.views.pages import pages
from app.printing.ahead import typeset
from app.web.downloads import send
from app.web.filters import today


@pages.get("/plans/<uuid:version_id>/paper", needs=Permission.PLANS_READ)
def print_plan(version_id: uuid.UUID) -> ResponseReturnValue:
    now = clock.now()

    def make() -> tuple[Any, bytes]:
        version, _until = read_version(g.actor, version_id)
        return version, plan_pdf(g.actor, version, now)

    version, pdf = typeset(make)
    return send(pdf, paper_title(version, _("Individual education plan")), "pdf", on=today(), inline=True)


@pages.get("/plans/<uuid:version_id>/summary", needs=Permission.PLANS_READ)
def print_summary(version_id: uuid.UUID) -> ResponseReturnValue:
    now, large = clock.now(), request.args.get("size") == "18"

    def make() -> tuple[Any, bytes]:
        version, until = read_version(g.actor, version_id)
        return version, summary_pdf(g.actor, version, now, large=large, until=until)

    version, pdf = typeset(make)
    return send(pdf, paper_title(version, _("Summary for the family")), "pdf", on=today(), inline=True)
