"""What the slices above know of a visit. They register it at setup, because nothing looks up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false


@dataclass
class Hooks:
    """Conditions on a row of `Visit`: the family has `confirmed` it, and it `asks` to move it."""

    confirmed: Callable[[], ColumnElement[bool]] = false
    asks: Callable[[], ColumnElement[bool]] = false


hooks = Hooks()
