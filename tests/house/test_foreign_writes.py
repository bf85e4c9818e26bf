"""A slice's tables are written by that slice alone: what derives their columns and keeps their rules stands there.

Read from the source: models by the module they are imported from, tables that are named as text by their name. An
attribute that is set on an object is seen where its class is known: by an annotation, by the select or the function
that fetched it. What is handed through containers is not seen.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from inspect import unwrap
from pathlib import Path

import pytest

from app.db import Base

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "app.repairs.actions": "moves published visits and notes leave in one step; those tables lie below",
    "app.visits.actions.records": "the records of visits lie beside the visits that the timetable publishes",
    "app.demo": "fills every table of a fresh database, rows of all slices in one go",
}
"""Modules, or folders of modules, that may write elsewhere, each with its reason. It only shrinks."""
BULK = {"add", "end", "insert", "insert_into", "update", "delete"}
"""Methods of `Bulk`, of tables and of the demo's rows that write."""


@cache
def owners() -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """The slice of each mapped class by (module, name), and of each table by its name."""
    import_module("app.models")
    mapped = [one.class_ for one in Base.registry.mappers]
    return (
        {(one.__module__, one.__name__): _slice(one.__module__) for one in mapped},
        {one.__tablename__: _slice(one.__module__) for one in mapped},
    )


def _slice(module: str) -> str:
    return module.split(".")[1] if "." in module else module


class Module:
    """A source file and which mapped class each of its names is."""

    def __init__(self, name: str, source: str):
        self.name, self.slice, self.tree = name, _slice(name), ast.parse(source)
        self.classes, self.tables = owners()
        self.names: dict[str, str] = {}
        self.functions: dict[str, tuple[str, str]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app."):
                for one in node.names:
                    self.functions[one.asname or one.name] = (node.module, one.name)
                    if owner := self._owner(node.module, one.name):
                        self.names[one.asname or one.name] = owner

    def _owner(self, module: str, name: str) -> str | None:
        """The slice of a class that a module makes or hands on."""
        found = getattr(import_module(module), name, None)
        return self.classes.get((getattr(found, "__module__", ""), getattr(found, "__name__", "")))

    def foreign(self, node: ast.AST, local: dict[str, str]) -> str | None:
        """Whose table an expression names, if it is another slice's."""
        for one in ast.walk(node):
            owner = None
            if isinstance(one, ast.Name):
                owner = self.names.get(one.id) or local.get(one.id)
            elif isinstance(one, ast.Constant) and isinstance(one.value, str):
                owner = self.tables.get(one.value)
            if owner and owner != self.slice:
                return owner
        return None

    def writes(self) -> list[tuple[int, str, str]]:
        """(line, whose table, what is done to it) of every write to a table of another slice."""
        found = set()
        for scope in [self.tree, *(one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef))]:
            local = self._named_tables(scope) if isinstance(scope, ast.FunctionDef) else {}
            held = self._held(scope) if isinstance(scope, ast.FunctionDef) else {}
            for node in ast.walk(scope):
                found |= self._call(node, local) if isinstance(node, ast.Call) else set()
                found |= self._setting(node, held)
        return sorted(found)

    def _named_tables(self, scope: ast.FunctionDef) -> dict[str, str]:
        """Local names of tables that are fetched by their name."""
        found = {}
        for node in ast.walk(scope):
            if not isinstance(node, ast.Assign):
                continue
            pairs = zip(node.targets, [node.value] * len(node.targets), strict=True)
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(node.targets[0].elts, node.value.elts, strict=False)
            for target, value in pairs:
                said = [one.value for one in ast.walk(value) if isinstance(one, ast.Constant)]
                if isinstance(target, ast.Name) and isinstance(value, (ast.Call, ast.Subscript)) and len(said) == 1:
                    if isinstance(said[0], str) and (owner := self.tables.get(said[0])):
                        found[target.id] = owner
        return found

    def _held(self, scope: ast.FunctionDef) -> dict[str, str]:
        """Local names of objects whose class is known."""
        held: dict[str, str] = {}
        for one in (*scope.args.args, *scope.args.kwonlyargs):
            if isinstance(one.annotation, ast.Name) and (owner := self.names.get(one.annotation.id)):
                held[one.arg] = owner
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                self._hold(held, node.targets[0], node.value)
            elif isinstance(node, (ast.For, ast.comprehension)):
                self._hold(held, node.target, node.iter)
            elif isinstance(node, ast.NamedExpr):
                self._hold(held, node.target, node.value)
        return held

    def _hold(self, held: dict[str, str], target: ast.expr, value: ast.expr) -> None:
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        for one, owner in zip(targets, self._owners(value), strict=False):
            if isinstance(one, ast.Name) and owner:
                held[one.id] = owner

    def _owners(self, value: ast.expr) -> list[str | None]:
        """Whose objects an expression gives: one, or those of a tuple."""
        if isinstance(value, ast.BoolOp):
            return self._owners(value.values[0])
        if not isinstance(value, ast.Call):
            return []
        call = value.func
        if isinstance(call, ast.Attribute):
            if call.attr in {"all", "first", "one", "one_or_none"}:
                return self._owners(call.value)
            if call.attr in {"get", "get_one", "scalar", "scalars"} and value.args:
                named = [one for one in ast.walk(value.args[0]) if isinstance(one, ast.Call) and _is_select(one)]
                first = named[0].args[0] if named else value.args[0]
                return [self.names.get(first.id)] if isinstance(first, ast.Name) else []
        elif isinstance(call, ast.Name) and call.id in self.functions:
            return _returned(*self.functions[call.id])
        return []

    def _call(self, node: ast.Call, local: dict[str, str]) -> set[tuple[int, str, str]]:
        if isinstance(node.func, ast.Name):
            if (owner := self.names.get(node.func.id)) and owner != self.slice:
                return {(node.lineno, owner, f"{node.func.id}(…)")}
            if node.func.id in {"insert", "update", "delete"} and node.args:
                owner = self.foreign(node.args[0], local)
                return {(node.lineno, owner, node.func.id)} if owner else set()
        elif isinstance(node.func, ast.Attribute) and node.func.attr in BULK:
            table = next((one for one in (node.func.value, *node.args[:1]) if self._is_table(one, local)), None)
            owner = self.foreign(table, local) if table is not None else None
            return {(node.lineno, owner, node.func.attr)} if owner else set()
        return set()

    def _is_table(self, node: ast.expr, local: dict[str, str]) -> bool:
        if isinstance(node, ast.Constant):
            return node.value in self.tables
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "__table__"
            or isinstance(node, ast.Name)
            and node.id in local
        )

    def _setting(self, node: ast.AST, held: dict[str, str]) -> set[tuple[int, str, str]]:
        if not isinstance(node, (ast.Assign, ast.AugAssign)):
            return set()
        found = set()
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                    owner = held.get(one.value.id)
                    if owner and owner != self.slice:
                        found.add((node.lineno, owner, f"{one.value.id}.{one.attr} ="))
        return found


def _is_select(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "select" and bool(call.args)


@cache
def _returned(module: str, name: str) -> list[str | None]:
    """Whose objects a function returns, by its annotation: one or none, or a tuple of them."""
    function = unwrap(getattr(import_module(module), name, None))
    said = getattr(function, "__annotations__", {}).get("return")
    if not isinstance(said, str) or not hasattr(function, "__globals__"):
        return []
    tree = ast.parse(said, mode="eval").body
    if isinstance(tree, ast.BinOp):
        tree = tree.left
    parts = tree.slice.elts if isinstance(tree, ast.Subscript) and isinstance(tree.slice, ast.Tuple) else [tree]
    known = [function.__globals__.get(one.id) if isinstance(one, ast.Name) else None for one in parts]
    return [owners()[0].get((getattr(one, "__module__", ""), getattr(one, "__name__", ""))) for one in known]


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


def excused(name: str) -> str | None:
    return next((one for one in ALLOWED if name == one or name.startswith(f"{one}.")), None)


def test_nobody_writes_another_slices_tables():
    found = {
        f"{path.relative_to(ROOT)}:{line}: {what} of {owner}"
        for name, path in modules().items()
        if excused(name) is None
        for line, owner, what in Module(name, path.read_text(encoding="utf-8")).writes()
    }
    assert not found, "ask the slice's own action\n" + "\n".join(sorted(found))


SAMPLES = {
    "an object": ("from app.children.models import Child\ndb.session.add(Child(name='a'))", "children"),
    "an update": (
        "from app.children.models import Child\ndb.session.execute(update(Child).values(name='a'))",
        "children",
    ),
    "a deletion": (
        "from app.roll.models import Membership as M\ndb.session.execute(delete(M).where(M.id == 1))",
        "roll",
    ),
    "of a table": ("from app.roll.models import Membership\nMembership.__table__.delete()", "roll"),
    "many rows": ("from app.roll.models import Membership\nBulk(s).update(Membership.__table__, (), [])", "roll"),
    "rows by name": ("def f():\n    Bulk(s).insert_into('children', (), [])", "children"),
    "a table by name": ("def f():\n    a, b = table('children'), 1\n    run(update(a).values(name='a'))", "children"),
    "an attribute": ("from app.children.models import Child\ndef f(child: Child):\n    child.name = 'a'", "children"),
    "an attribute of what a query finds": (
        "from app.family.queries.members import find_user_of\n"
        "def f(i):\n    user = find_user_of(i)\n    user.name = 'a'",
        "accounts",
    ),
    "an attribute in a loop": (
        "from app.roll.models import Membership\n"
        "def f():\n    for one in db.session.scalars(select(Membership)):\n        one.valid_to = 1",
        "roll",
    ),
    "an attribute of what is fetched": (
        "from app.children.models import Child\ndef f(i):\n    one = db.session.get(Child, i)\n    one.a, b = 1, 2",
        "children",
    ),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_way_of_writing_is_seen(sample):
    source, owner = SAMPLES[sample]
    assert {one[1] for one in Module("app.imports.sample", source).writes()} == {owner}
    assert Module(f"app.{owner}.sample", source).writes() == []


def test_reading_is_no_write():
    source = (
        "from app.children.models import Child\n"
        "def f(i):\n    one = db.session.get(Child, i)\n    known = {}\n    known.update(name=one.name)\n"
        "    return select(Child).where(Child.id == i)"
    )
    assert Module("app.imports.sample", source).writes() == []


def test_every_exception_is_needed():
    needed = set()
    for name, path in modules().items():
        if (one := excused(name)) and Module(name, path.read_text(encoding="utf-8")).writes():
            needed.add(one)
    assert needed == set(ALLOWED)
