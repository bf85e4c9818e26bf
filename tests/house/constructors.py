"""Data classes of more than five values that may still take them by place; `python -m tests.house.constructors`
shortens the list."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("constructors.json")
MOST = 5


def found() -> list[str]:
    """`file:class` of every data class with more than MOST values that is not `kw_only`; the engine's own numbers are
    NamedTuples and stand apart."""
    return sorted(
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and _is_open(node)
    )


def _is_open(node: ast.ClassDef) -> bool:
    values = [
        one for one in node.body if isinstance(one, ast.AnnAssign) and "ClassVar" not in ast.unparse(one.annotation)
    ]
    return len(values) > MOST and any("kw_only=True" not in words for words in _dataclass(node))


def _dataclass(node: ast.ClassDef) -> Iterator[str]:
    return (words for one in node.decorator_list if (words := ast.unparse(one)).startswith("dataclass"))


def listed() -> list[str]:
    """Those that were there when the rule came."""
    return json.loads(LIST.read_text(encoding="utf-8"))


if __name__ == "__main__":
    LIST.write_text(json.dumps(sorted(set(found()) & set(listed())), indent=1) + "\n", encoding="utf-8")
