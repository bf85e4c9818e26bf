"""No text makes a regular expression of ours slow: regexploit looks at every one of the code (check 30)."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from regexploit.ast.sre import SreOpParser
from regexploit.redos import find

ROOT = Path(__file__).resolve().parents[2]
CALLS = {"compile", "fullmatch", "match", "search", "sub", "subn", "split", "findall", "finditer"}


def written() -> dict[str, str]:
    """place → the expression of every call of `re` that has it as a plain text."""
    found = {}
    for folder in ("app", "benchmarks", "script"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in CALLS
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "re"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    found[f"{path.relative_to(ROOT)}:{node.lineno}"] = _text(node.args[0].value)
    return found


def made() -> dict[str, str]:
    """module.name → the expression of every compiled one that stands in a module, however it was put together."""
    found = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        if "re.compile(" in path.read_text():
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for name, value in vars(importlib.import_module(module)).items():
                for pattern in _patterns(value):
                    found[f"{module}.{name}: {pattern.pattern!r}"] = _text(pattern.pattern)
    return found


def _patterns(value: object) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list, set)):
        for one in value:
            yield from _patterns(one)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _patterns(pair)


def _text(pattern: str | bytes) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


def slow(pattern: str) -> list:
    """What makes it slow: a text of the kind that does, for every place of it that can be read in several ways."""
    return [redos.example() for redos in find(SreOpParser().parse_sre(pattern, 0))]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(x*)*y", r"(\w+\s*)+:", "a*a*a*b"])
def test_the_tool_finds_what_it_is_for(pattern):
    assert slow(pattern)


def test_no_expression_of_the_code_can_be_made_slow():
    every = written() | made()
    assert len(every) > 100
    assert {place: found for place, pattern in every.items() if (found := slow(pattern))} == {}
