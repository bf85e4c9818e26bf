"""Pages of imports: the list, a new one, the preview with its rows, taking over, the refused rows as a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Pages, Permission
from app.errors import NotFound, show
from app.imports import actions, queries
from app.imports.answers import SAME, TAKE
from app.imports.forms import NewImportForm
from app.imports.showing import show_job, show_rows
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.imports.workbooks import empty_sheet, refused_sheet
from app.kernel.problems import Problem, Refused, from_stored
from app.web.downloads import send
from app.web.filters import today
from app.web.paging import Page, asked_page

pages = Pages("imports", __name__)
TAKEN = (TAKE, SAME)
"""Answers that bring a doubtful row in."""
STALE = {"answered_meanwhile", "row_decided"}
TO_DECIDE = 10
"""Rows on a page where each stands with both sides and what can be decided: more would be several screens long."""


@pages.get("/imports", needs=Permission.IMPORTS_RUN)
def list_imports() -> ResponseReturnValue:
    page = asked_page(queries.count_imports(g.actor))
    rows = queries.list_imports(g.actor, offset=page.offset, limit=page.size)
    return render_template(
        "imports/list_imports.html",
        rows=rows,
        page=page,
        counts=queries.count_each(rows),
        answers=queries.count_answers(rows),
        taken=TAKEN,
        outcomes=RowOutcome,
    )


@pages.form("/imports/new", needs=Permission.IMPORTS_RUN)
def new_import() -> ResponseReturnValue:
    form = NewImportForm(kind=ImportKind.CHILDREN)
    if form.validate_on_submit():
        upload = form.file.data
        try:
            row = actions.upload(g.actor, form.kind.data, upload.filename or "", upload.read())
            return redirect(url_for("imports.show_import", import_id=row.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("imports/new_import.html", form=form, kinds=ImportKind), 422 if form.is_submitted() else 200


@pages.get("/imports/template/<kind>.xlsx", needs=Permission.IMPORTS_RUN)
def download_template(kind: str) -> ResponseReturnValue:
    if kind not in set(ImportKind):
        raise NotFound
    chosen = ImportKind(kind)
    name = _("Empty sheet of schools") if chosen is ImportKind.SCHOOLS else _("Empty sheet of children")
    return send(empty_sheet(chosen), name, "xlsx", on=today())


@dataclass(frozen=True, kw_only=True)
class State:
    """How far the sheet is, and what stopped it."""

    problems: Sequence[Problem]
    job: Mapping[str, object] | None
    stuck: bool
    stopped: tuple[Problem, ...] | None
    earlier: queries.Import | None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many doubtful rows wait for an answer and what came of the others."""

    open: int
    decided: int
    brought: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The rows of one outcome, a page of them."""

    outcome: RowOutcome
    page: Page
    rows: Sequence


@pages.get("/imports/<uuid:import_id>", needs=Permission.IMPORTS_RUN)
def show_import(import_id: UUID) -> ResponseReturnValue:
    row = queries.get_import(g.actor, import_id)
    job = queries.find_job(row)
    counts, answers = queries.count_rows(row), queries.count_answers([row])[row.id]
    outcome = _asked(counts)
    total = counts[outcome] if outcome is not RowOutcome.SAME else 0
    page = asked_page(total, TO_DECIDE) if outcome is RowOutcome.DOUBTFUL else asked_page(total)
    return render_template(
        "imports/show_import.html",
        row=row,
        counts=counts,
        outcomes=RowOutcome,
        states=ImportState,
        state=State(
            problems=[from_stored(one) for one in row.problems],
            job=show_job(job) if job and job.user_id == g.actor.user_id else None,
            stuck=queries.is_stuck(row, job),
            stopped=queries.why_stopped(row, job),
            earlier=queries.find_earlier(row) if row.state is ImportState.PREVIEW else None,
        ),
        answers=Decided(
            open=answers[None], decided=answers.total() - answers[None], brought=sum(answers[one] for one in TAKEN)
        ),
        shown=Shown(
            outcome=outcome, page=page, rows=show_rows(g.actor, row, outcome, page, today=today()) if page.total else ()
        ),
    )


def _asked(counts: Mapping[RowOutcome, int]) -> RowOutcome:
    """The outcome in the address, else the first that has rows, what needs a person first."""
    if (asked := request.args.get("outcome")) in set(RowOutcome):
        return RowOutcome(asked)
    order = (RowOutcome.REFUSED, RowOutcome.DOUBTFUL, RowOutcome.CHANGED, RowOutcome.NEW)
    return next((outcome for outcome in order if counts[outcome]), RowOutcome.NEW)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@pages.post("/imports/<uuid:import_id>/apply", needs=Permission.IMPORTS_RUN)
def apply_import(import_id: UUID) -> ResponseReturnValue:
    try:
        actions.ask_to_apply(g.actor, import_id)
    except Refused as refused:
        for problem in refused.problems:
            flash(problem.text(_), "bad")
    return redirect(url_for("imports.show_import", import_id=import_id), 303)


@pages.post("/imports/discard", needs=Permission.IMPORTS_RUN)
def discard_imports() -> ResponseReturnValue:
    """Fields: import (ids of sheets that are not taken over, several). Returns to the sheet where it is one alone."""
    ids = {one for text in request.form.getlist("import") if (one := _id(text)) is not None}
    try:
        count = actions.discard(g.actor, ids)
        if not ids:
            flash(_("No sheet is chosen."), "wait")
        else:
            flash(ngettext("%(num)s sheet was discarded.", "%(num)s sheets were discarded.", count), "ok")
    except Refused as refused:
        for problem in refused.problems:
            flash(problem.text(_), "bad")
    if request.form.get("back") == "sheet" and len(ids) == 1:
        return redirect(url_for("imports.show_import", import_id=ids.pop()), 303)
    return redirect(url_for("imports.list_imports"), 303)


@pages.post("/imports/<uuid:import_id>/rows/<uuid:row_id>/answer", needs=Permission.IMPORTS_RUN)
def answer_row(import_id: UUID, row_id: UUID) -> ResponseReturnValue:
    """Fields: answer (take, same or skip), with same the child, and by column side-KEY=sheet where the sheet's words
    are taken, elsewhere the file's stay; shown is the answer that the page showed. Returns to the row on its page."""
    back = url_for(
        "imports.show_import",
        import_id=import_id,
        outcome=RowOutcome.DOUBTFUL.value,
        page=request.args.get("page", type=int),
        _anchor=f"row-{row_id}",
    )
    try:
        sheet = [
            name.removeprefix("side-")
            for name, side in request.form.items()
            if name.startswith("side-") and side == "sheet"
        ]
        actions.answer(
            g.actor,
            import_id,
            row_id,
            request.form.get("answer", ""),
            _id(request.form.get("child", "")),
            today=today(),
            sheet=sheet,
            shown=request.form.get("shown", ""),
        )
        flash(_("Decided."), "ok")
    except Refused as refused:
        if STALE & {problem.code for problem in refused.problems}:
            return show(409, refused.problems, back=back)
        for problem in refused.problems:
            flash(problem.text(_), "bad")
    return redirect(back, 303)


@pages.get("/imports/<uuid:import_id>/refused.xlsx", needs=Permission.IMPORTS_RUN)
def download_refused(import_id: UUID) -> ResponseReturnValue:
    row = queries.get_import(g.actor, import_id)
    held = [
        one
        for outcome in (RowOutcome.REFUSED, RowOutcome.DOUBTFUL)
        for one in queries.list_rows(row, outcome, limit=None)
        if one.answer not in TAKEN
    ]
    actions.note_handed(g.actor, row, len(held))
    title = _("Held-back rows of %(file)s", file=row.file_name.rpartition(".")[0] or row.file_name)
    return send(refused_sheet(row.kind, sorted(held, key=lambda one: one.line), row.sheets), title, "xlsx", on=today())
