"""From a template and its context to the HTML of a paper."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from flask_babel import gettext as _

from app.db import db
from app.printing import engine
from app.printing.ahead import once
from app.printing.types import Frame, Printed


def document_html(template: str, context: Mapping[str, object], frame: Frame) -> str:
    """Return the HTML of ``template`` (it extends print/base.html) with ``context`` inside ``frame``."""
    return render_template(template, **context, frame=frame)


def print_document(template: str, context: Mapping[str, object], frame: Frame, *, batch: bool = False) -> Printed:
    """Return the printed paper; raises PrintRefused (see engine.render).

    What was saved before a sign could be refused must print: 〓 stands for it, and a note behind the words says so.
    """
    note = (_("(1 sign here cannot be printed)"), _("(%(count)s signs here cannot be printed)", count="|"))
    html = document_html(template, context, frame)
    return once((html, note), lambda: _typeset(html, batch, note))


def _typeset(html: str, batch: bool, note: tuple[str, str]) -> Printed:
    db.must_be_free("a paper is typeset")
    return engine.render(html, batch=batch, note=note)
