"""From a template and its context to the HTML of a paper."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template

from app.printing import engine
from app.printing.types import Paper, Printed


def document_html(template: str, context: Mapping[str, object], paper: Paper) -> str:
    """Return the HTML of ``template`` (which extends print/base.html) with ``context`` and its frame ``paper``."""
    return render_template(template, **context, paper=paper)


def print_document(template: str, context: Mapping[str, object], paper: Paper, *, batch: bool = False) -> Printed:
    """Return the printed paper; raises PrintRefused (see engine.render)."""
    return engine.render(document_html(template, context, paper), batch=batch)
