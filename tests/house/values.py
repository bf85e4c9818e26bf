"""How many values a view hands its template: a page is given what it is about, not twenty loose names.

The list, values.json, names what hands over more and only becomes shorter. `python -m tests.house.values` takes out
what is settled and lowers what became less; `--add` also takes in what is new: read the difference first.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.sizes import ROOT, lowered

LIST = Path(__file__).with_name("values.json")
MOST = 7
"""Values that a view hands its template; a mapping that is spread (`**shared`) counts as `UNSEEN`, since nobody sees
how many it holds."""
UNSEEN = 8
SHOW = ("render_template", "render_file", "show_form", "show_step", "document_html")
EXEMPT = {
    "app/children/frame.py:render_file": "the frame of a file around what a view hands over, which is counted there",
    "app/printing/documents.py:document_html": "what a paper is given is counted where it is made",
    "app/roll/views/pages.py:show_form": "the same for a form of the roll",
    "app/placements/views.py:show_step": "the form and the four grounds, besides what one step shows",
    "app/errors.py:show": "the code, the problems and what one kind of error tells besides",
}


def calls(tree: ast.AST, within: str = "") -> Iterator[tuple[str, int]]:
    """(function, values) of every call that shows a template, with the classes and functions around it."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SHOW:
            yield within.rstrip("."), sum(UNSEEN if one.arg is None else one.arg != "until" for one in node.keywords)
        yield from calls(node, f"{within}{node.name}." if named else within)


def too_many() -> dict[str, int]:
    """The views that hand over more than `MOST`: "path:function" with the number of the longest call."""
    found: dict[str, int] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for name, count in calls(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(ROOT).as_posix()}:{name}"
            if count > MOST and place not in EXEMPT:
                found[place] = max(count, found.get(place, 0))
    return found


def listed() -> dict[str, int]:
    """The list as it is kept."""
    return json.loads(LIST.read_text(encoding="utf-8"))


def main(*, add: bool) -> None:
    known, found = (listed() if LIST.exists() else {}), too_many()
    kept = {**(found if add else {}), **lowered(known, found)}
    LIST.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(add="--add" in sys.argv[1:])
