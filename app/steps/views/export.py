"""The list of steps as a file."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.problems import Refused
from app.steps import actions
from app.steps.documents import COLUMNS, as_sheet
from app.steps.forms import ExportForm
from app.steps.queries import count_steps, list_steps
from app.steps.views.pages import asked, pages, wanted_of
from app.web.downloads import send
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.sheets import MOST_XLSX


@pages.form("/steps/export", needs=Permission.CHILDREN_WRITE)
def export_list() -> ResponseReturnValue:
    form, wanted, day = ExportForm(), wanted_of(request.args), today()
    total = count_steps(g.actor, wanted, day)
    if form.validate_on_submit():
        kind = form.kind.data
        if kind == "xlsx" and total > MOST_XLSX:
            form.kind.errors = [_("More than %(most)s rows: narrow the list, or choose .csv.", most=f"{MOST_XLSX:,}")]
        else:
            try:
                actions.note_export(g.actor, form.reason.data or "", rows=total, kind=kind, filters=asked(request.args))
                lines = list_steps(g.actor, wanted, day, limit=total)
                return send(as_sheet(kind, g.actor, lines, day), _("Deadlines"), kind, on=day)
            except Refused as refused:
                form.refuse(refused.problems)
    return render_template(
        "steps/export_list.html",
        form=form,
        query=asked(request.args),
        total=total,
        columns=[_(words) for words in COLUMNS],
    ), 422 if form.is_submitted() else 200
