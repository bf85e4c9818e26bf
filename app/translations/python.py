"""Find the messages in Python code by its syntax tree: nested calls and messages given by keyword are found too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import BinaryIO

# Name of the call -> positions of (context, message, plural).
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "_l": (None, 0, None),
    "N_": (None, 0, None),
    "S_": (None, 1, None),
    "gettext": (None, 0, None),
    "lazy_gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "lazy_ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "lazy_pgettext": (0, 1, None),
    # A problem takes its code first; app/kernel/problems.py.
    "Problem": (None, 1, None),
    "refused": (None, 1, None),
}


def messages(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, object, list[str]]]:
    """Babel's interface: yield (line, function name, arguments, comments) of each message in a file open as bytes."""
    for node in ast.walk(ast.parse(fileobj.read())):
        if not isinstance(node, ast.Call) or _name(node.func) not in CALLS:
            continue
        name = _name(node.func)
        context_at, message_at, plural_at = CALLS[name]
        message = _text(node, message_at, "message")
        if not message:
            continue
        if plural_at is not None:
            yield node.lineno, "ngettext", (message, _text(node, plural_at, "plural")), []
        elif context_at is not None:
            yield node.lineno, "pgettext", (_text(node, context_at, "context"), message), []
        else:
            yield node.lineno, "gettext", message, []


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _text(call: ast.Call, position: int, keyword: str) -> str | None:
    """The literal text at `position` or under `keyword`, else None (a variable is marked where it was written)."""
    found = (
        call.args[position]
        if len(call.args) > position
        else next((item.value for item in call.keywords if item.arg == keyword), None)
    )
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None
