"""What the slices above add to a timetable. They register it at setup, because nothing looks up: a repair knows from
which published month its draft was made, what happened there, and whom to phone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.access import Actor
from app.timetables.models import Timetable
from app.timetables.rules.changes import Changed
from app.timetables.types import Inputs


@dataclass(frozen=True)
class Concerned:
    """Whom publishing a draft concerns besides those it is for. `losing`: children (as `live.name_changes` gives them)
    to whom nothing happened and who lose visits; `families`, `teachers`: (id, name) of those whom nothing here reaches;
    `numbers_url`: where their telephone numbers are."""

    losing: Sequence = ()
    families: Sequence[tuple[uuid.UUID, str]] = ()
    teachers: Sequence[tuple[uuid.UUID, str]] = ()
    numbers_url: str = ""


@dataclass(kw_only=True)
class Hooks:
    """`base_of(draft)`: the published timetable that a draft repairs, or None. `inputs_of_draft(draft, inputs)`: what a
    draft is held against. `before_publishing`, `after_publishing` run inside the step that publishes; what they refuse
    ends it; `after_discarding` inside the one that puts a draft away. `concerned(actor, draft, former, changes)`: see
    `Concerned`. `repeat_url(draft)`: where what a draft was made by is made anew (a POST), or None;
    `after_discard_url(draft)`: where something is left to be done once it was discarded, or None."""

    base_of: Callable[[uuid.UUID], uuid.UUID | None] = lambda _draft: None
    inputs_of_draft: Callable[[Timetable, Inputs], Inputs] = lambda _draft, inputs: inputs
    concerned: Callable[[Actor, Timetable, Timetable | None, Sequence[Changed]], Concerned] = lambda *_: Concerned()
    repeat_url: Callable[[uuid.UUID], str | None] = lambda _draft: None
    after_discard_url: Callable[[uuid.UUID], str | None] = lambda _draft: None
    before_publishing: list[Callable[[Actor, Timetable], None]] = field(default_factory=list)
    after_publishing: list[Callable[[Actor, Timetable], None]] = field(default_factory=list)
    after_discarding: list[Callable[[Actor, Timetable], None]] = field(default_factory=list)


hooks = Hooks()
