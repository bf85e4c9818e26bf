"""Making a remedy true and asking for a new run: rules eased for it, or a family's new time after a phone call."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from app.access import Actor, Permission, require
from app.children.queries import get_child
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused
from app.teams.actions import set_family_times
from app.teams.queries.families import list_family_times
from app.teams.queries.who_may_plan import may_plan
from app.teams.types import Stretch
from app.timetables.actions.opening import open_timetable, order_of
from app.timetables.models import Timetable
from app.timetables.queries import timetables, unserved
from app.timetables.queries.runs import find_run
from app.timetables.rules.easing import WAYS, added, is_setting, kept_remedy
from app.timetables.rules.gathering import split_demand
from app.timetables.types import RemedyWay


def find_remedy(
    actor: Actor, timetable_id: uuid.UUID, need_id: uuid.UUID, number: int
) -> tuple[Timetable, Mapping, str]:
    """A timetable, one remedy of a visit without a place in it (numbered from 0), the child's name. Raises NotFound."""
    row = timetables.get_timetable(actor, timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    need = next((one for one in unserved.list_unserved(actor, row.id) if one.id == need_id), None)
    if need is None or not need.remedies or not 0 <= number < len(need.remedies):
        raise NotFound
    return row, need.remedies[number], need.child_name


def run_with_remedy(
    actor: Actor, row: Timetable, remedy: Mapping, *, agreed: bool, today: date, page: Callable[[uuid.UUID], str]
) -> Timetable:
    """Make a remedy true and ask for a new draft of the same month, made like this one.

    A family's weekly time is entered with the child, and only when somebody says that the family agreed. Everything
    else is a setting that the run keeps. Raises Refused: the family was not asked, a remedy that only people can make
    true, what `open_timetable` refuses; NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    way = WAYS.get(remedy["code"])
    if way in (RemedyWay.TEAM, RemedyWay.PINS, None):
        raise Refused(Problem("not_by_a_run", N_("This is changed with the team or the pinned visits, not by a run.")))
    if way == RemedyWay.FAMILY and not agreed:
        raise Refused(
            Problem("family_not_asked", N_("Phone the family first. Tick the box when they agree."), field="agreed")
        )
    if not is_setting(remedy):
        _enter_time(actor, remedy, today)
    order = replace(order_of(row, find_run(row.id)), then=(), after=row.id, remedy=kept_remedy(remedy))
    if is_setting(remedy):
        order = replace(order, relaxations=added(order.relaxations, remedy))
    return open_timetable(actor, unit_id=row.unit_id, month=row.month, order=order, today=today, page=page)


def _enter_time(actor: Actor, remedy: Mapping, today: date) -> None:
    """Add the weekly time to those of the family, joined with what it touches."""
    values = remedy["values"]
    child = get_child(actor, split_demand(remedy["demand"])[0])
    new = Stretch(int(values["day"]), int(values["start"]), int(values["end"]))
    merged: list[Stretch] = []
    for one in sorted([*list_family_times(child.id), new], key=lambda s: (s.weekday, s.start)):
        last = merged[-1] if merged else None
        if last and last.weekday == one.weekday and one.start <= last.end:
            merged[-1] = Stretch(last.weekday, last.start, max(last.end, one.end))
        else:
            merged.append(one)
    set_family_times(actor, child, merged, today=today)
