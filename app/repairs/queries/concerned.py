"""Whom publishing a timetable concerns: who loses visits by a repair, whom nothing here reaches."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import url_for

from app.access import Actor
from app.repairs.queries.known import all_that_happened, who_loses
from app.repairs.queries.reached import ToPhone, whom_to_phone
from app.repairs.queries.repairs import repair_of_draft
from app.repairs.queries.rivals import to_call_back
from app.timetables.hooks import Concerned
from app.timetables.models import Timetable
from app.timetables.queries.live import compare_draft
from app.timetables.queries.placed import visits_of_month
from app.timetables.rules.changes import Changed, StoredVisit
from app.timetables.types import TimetableState
from app.web.filters import today


def to_phone(actor: Actor, row: Timetable, former: Timetable | None) -> ToPhone:
    """Whom nothing here reaches of those whom publishing concerns: of a draft beside a timetable in force those of
    changed visits, else all."""
    visits = visits_of_month(row.id)
    if former is None or row.state != TimetableState.DRAFT:
        return whom_to_phone(actor, row.id, visits)
    return whom_to_phone(actor, row.id, visits_of_changes(compare_draft(row, visits, today()).changes))


def visits_of_changes(changes: Sequence[Changed]) -> list[StoredVisit]:
    """The visits of changes, those before and those after."""
    return [visit for one in changes for visit in (one.former, one.now) if visit is not None]


def concerned(actor: Actor, row: Timetable, former: Timetable | None, changes: Sequence[Changed]) -> Concerned:
    """Whom publishing a timetable concerns, as its page tells it: who loses visits by a repair, whom to phone."""
    made = repair_of_draft(row.id)
    whole = former is None or row.state != TimetableState.DRAFT
    phone = whom_to_phone(actor, row.id, visits_of_month(row.id) if whole else visits_of_changes(changes))
    return Concerned(
        losing=who_loses(actor, all_that_happened(made), changes) if made and not whole else [],
        families=phone.families,
        teachers=phone.teachers,
        numbers_url=url_for("repairs.show_repair", repair_id=made.id)
        if made
        else url_for("repairs.list_phones", timetable_id=row.id),
    )


def after_discard_url(draft_id: uuid.UUID) -> str | None:
    """The list of calls of a repair whose draft was discarded, where somebody on it was told already."""
    made = repair_of_draft(draft_id)
    return url_for("repairs.show_repair", repair_id=made.id) if made and to_call_back(made) else None


def repeat_url(draft_id: uuid.UUID) -> str | None:
    """Where the repair that a draft was made by is made anew."""
    made = repair_of_draft(draft_id)
    return url_for("repairs.repeat_repair", repair_id=made.id) if made else None
