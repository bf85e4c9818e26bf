"""The codes of sentences that rows may keep, found where the sentences are declared.

A code is declared by `S_("code", "sentence")`, by the code of a problem that stands before its sentence
(`Problem("code", N_("sentence"))`, and likewise in calls of functions that make problems), and by the label of an
enumeration's member (`describe(Kind, value=N_("word"))` declares `Kind.value`).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.translations.catalogue import SKIPPED_FOLDERS, placeholders

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")
OTHERS = frozenset({"Instrument", "Preset", "adds_tab", "enters", "job"})
"""Calls in which a key stands before words of another kind."""


@dataclass
class Codes:
    """Sentences by code, and what contradicts: lines ready to print."""

    sentences: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)


def find_codes(root: Path) -> Codes:
    """Every code declared under `root`/app."""
    found = Codes()
    places: dict[str, str] = {}
    for path in sorted((root / "app").rglob("*.py")):
        if SKIPPED_FOLDERS & set(path.relative_to(root).parts):
            continue
        for code, text, line in declared(ast.parse(path.read_bytes())):
            place = f"{path.relative_to(root).as_posix()}:{line}"
            if found.sentences.setdefault(code, text) != text:
                found.contradictions.append(f"{code!r} says two things: {places[code]} and {place}")
            places.setdefault(code, place)
    found.sentences = dict(sorted(found.sentences.items()))
    return found


def declared(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """(code, sentence, line) of each declaration in a module."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name == "describe" and node.args:
            kind = ast.unparse(node.args[0])
            pairs: Iterable = ((f"{kind}.{item.arg}", _marked(item.value)) for item in node.keywords)
        elif name == "S_":
            pairs = [(_literal(node.args[0]), _literal(node.args[1]))]
        elif name in {"Problem", "refused"}:
            pairs = [(_literal(a), _marked(b) or _literal(b)) for a, b in _first_two(node)]
        elif name not in OTHERS:
            pairs = [(_literal(a), _marked(b)) for a, b in zip(node.args, node.args[1:], strict=False)]
        else:
            pairs = ()
        for code, text in pairs:
            if code and text and CODE.fullmatch(code):
                yield code, text, node.lineno


def _first_two(call: ast.Call) -> list[tuple[ast.expr, ast.expr]]:
    named = {item.arg: item.value for item in call.keywords}
    two = [*call.args[:2], *(named[name] for name in ("code", "message")[len(call.args) :] if name in named)]
    return [(two[0], two[1])] if len(two) == 2 else []


def _marked(node: ast.expr) -> str | None:
    """The text in N_("text")."""
    return _literal(node.args[0]) if isinstance(node, ast.Call) and _name(node.func) == "N_" and node.args else None


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def as_text(content: Mapping) -> str:
    """A file of codes: one to a line, in order."""
    return json.dumps(dict(sorted(content.items())), ensure_ascii=False, indent=0) + "\n"


def grown(kept: Mapping[str, str], sentences: Mapping[str, str]) -> dict[str, str]:
    """The kept list of codes with the new ones and the names of their values; nothing ever leaves it."""
    return {code: " ".join(names_in(text)) for code, text in sentences.items()} | dict(kept)


def names_in(text: str) -> list[str]:
    """The names of the values that fill a sentence."""
    return sorted({one[2:-1] for one in placeholders(text) if one.startswith("%(")})


def broken(kept: Mapping[str, str], sentences: Mapping[str, str]) -> list[str]:
    """What rows could no longer be shown with: codes that are declared nowhere, values that rows do not have."""
    found = [
        f"{code!r} is declared nowhere, but rows may keep it: declare it in app/kernel/retired.py"
        for code in kept
        if code not in sentences
    ]
    for code, text in sentences.items():
        if code in kept and (more := set(names_in(text)) - set(kept[code].split())):
            found.append(f"{code!r} needs {sorted(more)}, which its rows do not have: give the new sentence a new code")
    return found
