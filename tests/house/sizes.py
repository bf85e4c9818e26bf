"""How long modules and functions are, and how much of the house a module imports: what is too long already is listed.

The list, sizes.json, only becomes shorter. `python -m tests.house.sizes` takes out what is no longer too long and
lowers what became shorter; it neither raises a length nor adds a name. `--add` does, for what was moved into another
module as it was: read the difference before you commit it.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("sizes.json")
MOST = {"modules": 400, "functions": 40, "imports": 12}
"""Lines of a module, lines of a function from its def to its end, import statements that name app."""
FOLDERS = {"modules": ("app", "tests", "benchmarks", "migrations"), "functions": ("app",), "imports": ("app",)}
EXEMPT = {
    "migrations/versions/0001_foundation.py": "the tables of the beginning, written out once; nobody changes it again",
}


def functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, int]]:
    """The name, with the classes and functions around it, and the lines of every function."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        name = f"{within}{node.name}" if named else within
        if named and not isinstance(node, ast.ClassDef):
            yield name, node.end_lineno - node.lineno + 1
        yield from functions(node, f"{name}." if named else within)


def imports(tree: ast.AST) -> int:
    """How many import statements name the application, those inside functions too."""
    return sum(
        any(name.split(".")[0] == "app" for name in _imported(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def measured(what: str, source: str) -> dict[str, int]:
    """Of one module: what of it is measured ("" for all of it) and how much it is."""
    if what == "modules":
        return {"": source.count("\n")}
    tree = ast.parse(source)
    if what == "imports":
        return {"": imports(tree)}
    found: dict[str, int] = {}
    for name, lines in functions(tree):  # of several with one name the longest counts
        found[name] = max(lines, found.get(name, 0))
    return found


def too_long() -> dict[str, dict[str, int]]:
    """What exceeds `MOST` in the house as it stands: the same shape as the list."""
    found: dict[str, dict[str, int]] = {}
    for what, folders in FOLDERS.items():
        found[what] = {}
        for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for name, size in measured(what, path.read_text(encoding="utf-8")).items():
                if size > MOST[what] and place not in EXEMPT:
                    found[what][f"{place}:{name}" if name else place] = size
    return found


def listed() -> dict[str, dict[str, int]]:
    """The list as it is kept."""
    return json.loads(LIST.read_text(encoding="utf-8"))


def grown(known: dict[str, int], found: dict[str, int]) -> dict[str, int]:
    """What is too long and not listed, or longer than it is listed."""
    return {name: size for name, size in found.items() if size > known.get(name, 0)}


def settled(known: dict[str, int], found: dict[str, int]) -> list[str]:
    """What is listed but no longer too long, or no longer there."""
    return sorted(known.keys() - found.keys())


def lowered(known: dict[str, int], found: dict[str, int]) -> dict[str, int]:
    """The list without what is settled, each length the smaller one of what is listed and what is found."""
    return {name: min(size, found[name]) for name, size in known.items() if name in found}


def main(*, add: bool) -> None:
    known, found = (listed() if LIST.exists() else {}), too_long()
    kept = {what: {**(found[what] if add else {}), **lowered(known.get(what, {}), found[what])} for what in FOLDERS}
    LIST.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(add="--add" in sys.argv[1:])
