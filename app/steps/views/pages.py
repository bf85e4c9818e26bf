"""The blueprint of steps, and the filters that its lists share."""

from __future__ import annotations

from typing import Any

from app.access import Pages
from app.steps.kinds import kind_of
from app.steps.queries import SORTS, Wanted
from app.steps.types import Colour, State, Whose
from app.web.reading import known_id

pages = Pages("steps", "app.steps.views")
NAMES = ("state", "kind", "colour", "whose", "unit", "sort")


def wanted_of(values: Any) -> Wanted:
    """The filters in the address; what cannot be read is left out."""

    def one_of(name: str, members: Any) -> Any:
        return members(values[name]) if values.get(name) in list(members) else None

    kind, sort = values.get("kind", ""), values.get("sort", "")
    return Wanted(
        state=one_of("state", State) or State.OPEN,
        kind=kind if kind_of(kind) else "",
        colour=one_of("colour", Colour),
        whose=one_of("whose", Whose),
        unit=known_id(values.get("unit")),
        sort=sort if sort in SORTS else "due",
    )


def asked(values: Any) -> dict[str, str]:
    """The filters that are set, for links."""
    return {name: values[name].strip() for name in NAMES if values.get(name, "").strip()}
