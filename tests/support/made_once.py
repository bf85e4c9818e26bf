"""What every application of a test process makes alike is made once: addresses, templates, the text of statements.

A third of the time of a test of a page went into compiling a thousand rules of addresses, a seventh into compiling
templates; neither depends on the database, which is what each test has anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """Templates compiled in this process, for one kind of environment; a changed file is compiled anew, as its
    checksum says."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.codes.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


TEMPLATES: dict[tuple[type[Environment], object], Compiled] = {}


def share_templates(environment: Environment, *kind: object) -> None:
    """Take over what environments of the same class (and kind) have compiled in this process."""
    environment.bytecode_cache = TEMPLATES.setdefault((type(environment), kind), Compiled())


def share_addresses() -> None:
    """Compile the builder of each address once a process: a rule that is written alike is built alike."""
    compile_builder: Callable = Rule._compile_builder  # the one place where werkzeug compiles
    known: dict[tuple, Callable] = {}

    @wraps(compile_builder)
    def builder(rule: Rule, append_unknown: bool = True) -> Callable:
        kinds = tuple((name, repr(vars(one).get("regex")), type(one)) for name, one in rule._converters.items())
        key = rule.rule, rule.subdomain, rule.host, repr(rule.defaults), tuple(rule._trace), kinds, append_unknown
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = builder  # type: ignore[method-assign]


STATEMENTS: LRUCache = LRUCache(5000)
"""Statements put into words in this process. Their keys name the dialect."""


def share_statements(engine: Engine) -> None:
    """Take over the words of statements that engines of the same dialect have found in this process."""
    engine._compiled_cache = STATEMENTS  # type: ignore[attr-defined]  # nothing public shares it between engines


def _alike(one: DefaultDialect) -> tuple:
    return type(one), getattr(one, "server_version_info", None), one.paramstyle


def take_dialects_as_equal() -> None:
    """Let two dialects of one kind and one server's version stand for each other as keys."""
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign, assignment]
    DefaultDialect.__eq__ = lambda one, other: (  # type: ignore[method-assign, assignment]
        isinstance(other, DefaultDialect) and _alike(one) == _alike(other)
    )
