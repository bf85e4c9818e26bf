"""The language of steps."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


class Clock(StrEnum):
    """What a clock counts: working days by the national calendar, or every day."""

    WORKING = "working"
    CALENDAR = "calendar"


class Level(StrEnum):
    """Who answers, from below: a school (or a person there), a district, the city. An overdue step rises."""

    SCHOOL = "school"
    DISTRICT = "district"
    CITY = "city"


class Ended(StrEnum):
    """How a step ended: by what it asked for, because it is asked for no more, or taken back."""

    DONE = "done"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """What a list of steps is narrowed to."""

    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class Colour(StrEnum):
    """How a clock stands on a day; nothing is kept of it. The values are the kinds of the tag that shows it."""

    AMBER = "wait"
    RED = "bad"


class Whose(StrEnum):
    """Whose steps: the actor's own, or those that rose to a level above their owner."""

    MINE = "mine"
    ESCALATED = "escalated"


@dataclass(frozen=True, kw_only=True)
class Ought:
    """A step that ought to be open: about what (`subject_id`, and `part` where a subject has several), which child,
    who owns it (a person, else a school, else the unit), the first day of the clock and the last."""

    subject_id: uuid.UUID
    unit_id: uuid.UUID
    since: date
    due_on: date
    part: str = ""
    child_id: uuid.UUID | None = None
    school_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None

    @property
    def key(self) -> tuple[uuid.UUID, str]:
        return self.subject_id, self.part


@dataclass
class Counts:
    """What a tick of one kind did."""

    opened: int = 0
    closed: int = 0
    reminded: int = 0
    escalated: int = 0


describe(Clock, working=N_("Working days"), calendar=N_("Calendar days"))
describe(Level, school=N_("School"), district=N_("District"), city=N_("City"))
describe(Ended, done=N_("Done"), lapsed=N_("No longer asked for"), withdrawn=N_("Taken back"))
describe(State, open=N_("To be done"), paused=N_("Paused"), ended=N_("Ended"))
describe(Colour, wait=N_("Due soon"), bad=N_("Overdue"))
describe(Whose, mine=N_("Mine"), escalated=N_("Risen to the level above"))
