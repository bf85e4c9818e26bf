"""What slices above tell of a school: they register it at setup, because nothing looks up."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.kernel.problems import Problem
from app.schools.models import School
from app.schools.types import SchoolKind

Problems = tuple[Problem, ...]


class Gone(NamedTuple):
    """A school at which pupils of a closed one went on, and how many."""

    school_id: uuid.UUID
    name: str
    pupils: int


def _nobody(*_asked: object) -> Problems:
    raise RuntimeError("nobody says what holds a school: app/closings is not set up")


@dataclass
class Hooks:
    """What forbids that a school is closed on a day (`closing`), becomes one of another kind (`kind`), or goes to
    another unit with a form or a sheet (`leaving`); where the pupils of a closed one went (`gone`)."""

    closing: Callable[[School, date], Problems] = _nobody
    kind: Callable[[School, SchoolKind], Problems] = _nobody
    leaving: Callable[[School, date], Problems] = _nobody
    gone: Callable[[School], tuple[Gone, ...]] = lambda _school: ()


hooks = Hooks()
