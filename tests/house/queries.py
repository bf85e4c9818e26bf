"""The names of all parameters that a page reads from its query, taken from the source."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
READ = re.compile(
    r"request\.(?:args|values)(?:\.get|\.getlist)?[\[(]\s*[\"'](\w+)[\"']"
    r"|[\"'](\w+)[\"'] (?:not )?in request\.args"
)
FLASKS_OWN = ("endpoint", "_anchor", "_method", "_scheme", "_external", "self", "values")


@cache
def parameters() -> tuple[str, ...]:
    """Every name, and those that Flask's own function for addresses takes."""
    sources = [file.read_text(encoding="utf-8") for file in APP.rglob("*.py")]
    found = {one or other for source in sources for one, other in READ.findall(source)}
    fields = {"q", "unit", "school", "grade", "status", "sort", "list", "year", "month", "page", "kind", "day", "verb"}
    return tuple(sorted(found | fields | set(FLASKS_OWN)))


SENT = re.compile(r"request\.(?:form|values)(?:\.get|\.getlist)?[\[(]\s*[\"'](\w+)[\"']")


@cache
def sent_names() -> tuple[str, ...]:
    """Every name that a page reads from a form without a form class."""
    sources = [file.read_text(encoding="utf-8") for file in APP.rglob("*.py")]
    return tuple(sorted({name for source in sources for name in SENT.findall(source)}))
