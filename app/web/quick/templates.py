"""Jinja: what is escaped, and where a template looks for its globals."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from flask.templating import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

_special = re.compile("[&<>'\"]").search


def escaped(value: object) -> str:
    """The value as text for a page, as `markupsafe.escape` makes it; most texts of a list hold nothing to escape, and
    are not wrapped only to be joined with the others."""
    if type(value) is str and not _special(value):
        return value
    return value if type(value) is Markup else escape(value)


class _Generator(CodeGenerator):
    """Compiles `{{ … }}` to `escaped` above."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """Flask's environment of templates, with the globals of each template in one plain dictionary.

    Jinja chains two, so that globals added later are seen; ours are complete before the first template is read, and
    each of the dozen imports of a page compares their names.
    """

    code_generator_class = _Generator
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping | None) -> dict:
        return {**self.globals, **(d or {})}
