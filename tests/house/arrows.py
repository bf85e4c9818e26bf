"""Arrows upwards that no import shows: code that names, as text, what belongs to a slice above its own.

The floors are those of setup.cfg. An endpoint (`url_for("plans.show_plans")`), a page's template, a table in raw SQL
and a value of an enumeration of a slice above are arrows; a table looked up by its name (`metadata.tables["…"]`) is one
also from above: whoever may know a slice imports its models.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, nodes

from app.access import Permission

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"layouts": "web", "components": "web", "errors": "web", "print": "printing"}
"""Folders of templates that are named otherwise than their slice."""
RAW = {"text", "sql", "DDL", "exec_driver_sql", "literal_column"}
"""Calls whose strings are SQL."""
TABLES = {"table", "_table", "Table"}
"""Calls whose string is a table's name."""
OWN_WORDS = {"kernel", "routing"}
"""Floors that could be published by themselves: their words are their own, and the slices take them over."""
PLAIN = {"yes", "no"}
"""Answers of any form, not values of one enumeration."""
LOOKED_UP = {"jobs", "db"}
"""Floors that go over all tables, whosever they are."""
LISTS = {"app/db/guards.py"}
"""The list of what the database refuses, whole for the migrations as app/models.py is the list of all tables."""


@dataclass(frozen=True, order=True)
class Arrow:
    """Where, and what is named there."""

    place: str
    line: int
    named: str

    @property
    def what(self) -> str:
        return f"{self.place}: {self.named}"


@dataclass
class House:
    """What belongs to which slice: endpoints and tables by slice, enumerations by slice, columns that hold them."""

    floors: dict[str, int]
    endpoints: dict[str, str]
    tables: dict[str, str]
    enums: dict[type[StrEnum], str]
    columns: dict[str, set[type[StrEnum]]] = field(default_factory=dict)

    def above(self, own: str, other: str) -> bool:
        """Whether one slice may not know the other."""
        if own == other or other not in self.floors:
            return False
        return self.floors[other] >= self.floors[own] and {own, other} - ENGINES != set()

    @cached_property
    def beginnings(self) -> set[str]:
        return {endpoint.partition(".")[0] for endpoint in self.endpoints}


PERMISSIONS = frozenset(Permission)
ENGINES: set[str] = set()


def floors_of(config: Path) -> dict[str, int]:
    """The slices of the contract `floors`, each with its height; what stands side by side is as high."""
    parser = configparser.ConfigParser()
    parser.read(config, encoding="utf-8")
    lines = parser["importlinter:contract:floors"]["layers"].split("\n")
    floors = {}
    for height, line in enumerate(reversed([line for line in lines if line.strip()])):
        names = re.findall(r"app\.(\w+)", line)
        floors |= dict.fromkeys(names, height)
        if ":" in line:  # these know each other
            ENGINES.update(names)
    return floors


def house_of(app) -> House:
    """The house as it stands: the application, its tables and their enumerations."""
    from app.db import Base

    tables, enums, columns = {}, {}, {}
    for mapper in Base.registry.mappers:
        slice_ = mapper.class_.__module__.split(".")[1]
        tables[mapper.local_table.name] = slice_
        for column in mapper.local_table.columns:
            kind = getattr(column.type, "enum_class", None)
            if kind is not None:
                enums[kind] = kind.__module__.split(".")[1]
                columns.setdefault(column.name, set()).add(kind)
    endpoints = {name: name.partition(".")[0] for name in app.view_functions if "." in name}
    return House(floors_of(ROOT / "setup.cfg"), endpoints, tables, enums, columns)


def arrows(house: House, root: Path = ROOT) -> list[Arrow]:
    """Every arrow in the code and the templates under `root`."""
    found = []
    for path in sorted((root / "app").rglob("*.py")):
        own = path.relative_to(root / "app").parts[0].removesuffix(".py")
        place = path.relative_to(root).as_posix()
        if own in house.floors and place not in LISTS:
            found += [Arrow(place, line, named) for line, named in in_python(house, own, path.read_text("utf-8"))]
    for path in sorted((root / "templates").rglob("*.html")):
        folder = path.relative_to(root / "templates").parts[0]
        own = FOLDERS.get(folder, folder)
        if own in house.floors:
            place = path.relative_to(root).as_posix()
            found += [Arrow(place, line, named) for line, named in in_template(house, own, path.read_text("utf-8"))]
    return sorted(set(found))


def in_python(house: House, own: str, source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every arrow in a module of the slice `own`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str() as text):
                if named := named_page(house, own, text):
                    yield node.lineno, named
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in RAW:
                for table in sorted(_tables_in(house, own, node.args)):
                    yield node.lineno, f"SQL {table}"
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=table), *_]) if name in TABLES:
                if house.tables.get(table, own) != own:
                    yield node.lineno, f"table {table}"
            case ast.Subscript(value=ast.Attribute(attr="tables"), slice=key) if own not in LOOKED_UP:
                name = key.value if isinstance(key, ast.Constant) else None
                if house.tables.get(name) != own:
                    yield node.lineno, f"table {name or 'by its name'}"
            case ast.Compare(left=left, comparators=others):
                for value in _compared(house, own, [left, *others]):
                    yield node.lineno, f"value {value}"
            case ast.Dict(keys=keys):
                for value in _members(house, own, keys):
                    yield node.lineno, f"value {value}"
            case ast.comprehension(iter=ast.Tuple(elts=items)):
                names = {item.value for item in items if isinstance(item, ast.Constant)}
                for table in sorted(names & house.tables.keys()) if names <= house.tables.keys() else ():
                    if house.above(own, house.tables[table]):
                        yield items[0].lineno, f"table {table}"
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                for value in _members(house, own, items):
                    yield node.lineno, f"value {value}"


def in_template(house: House, own: str, source: str) -> Iterator[tuple[int, str]]:
    """The same of a template."""
    for node in Environment(autoescape=True).parse(source).find_all(nodes.Const):
        if isinstance(node.value, str) and (named := named_page(house, own, node.value)):
            yield node.lineno, named


def named_page(house: House, own: str, text: str) -> str | None:
    """The page or template of a slice above that a text names: a whole endpoint, the beginning of one, a file."""
    if text in PERMISSIONS:
        return None
    if found := re.fullmatch(r"(\w+)/[\w/]+\.html", text):
        above = found[1] != own and house.above(own, FOLDERS.get(found[1], found[1]))
        return f"template {text}" if above else None
    name, dot, _rest = text.partition(".")
    if not dot or name not in house.beginnings or not house.above(own, name):
        return None
    return f"page {text}" if any(endpoint.startswith(text) for endpoint in house.endpoints) else None


def _tables_in(house: House, own: str, args: Iterable[ast.expr]) -> set[str]:
    texts = [
        part.value
        for arg in args
        for part in ast.walk(arg)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    return {word for word in words if word in house.tables and house.above(own, house.tables[word])}


def _compared(house: House, own: str, sides: list[ast.expr]) -> Iterator[str]:
    """Values of enumerations above that stand as text beside a column of that name."""
    attributes = [side.attr for side in sides if isinstance(side, ast.Attribute)]
    texts = {side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)}
    kinds = {kind for name in attributes for kind in house.columns.get(name, ())}
    for text in sorted(texts):
        holding = [kind for kind in kinds if text in list(kind)]
        if holding and own not in OWN_WORDS and all(house.above(own, house.enums[kind]) for kind in holding):
            yield text


def _members(house: House, own: str, items: Iterable[ast.expr | None]) -> Iterator[str]:
    """A collection of texts that are all values of one enumeration above, and of none that the slice may know."""
    texts = {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
    if len(texts - PLAIN) < 2 or own in OWN_WORDS:
        return
    holding = [kind for kind in house.enums if texts <= set(kind)]
    if holding and all(house.above(own, house.enums[kind]) for kind in holding):
        yield ", ".join(sorted(texts))
