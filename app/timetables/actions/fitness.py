"""Whether a draft can go out as things stand now, and what keeps it: asked by its pages first, by publishing last."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from app.access import Actor
from app.db.remember import remembered
from app.kernel.problems import N_, Problem, Refused
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_for
from app.timetables.hooks import hooks
from app.timetables.models import Timetable, Visit
from app.timetables.queries import naming, placed, timetables
from app.timetables.queries.live import compare_draft
from app.timetables.rules.obstacles import Known, Obstacles, rules_broken, told_causes, weigh
from app.timetables.types import Inputs, TimetableState

MOST_NAMES = 10

NOTHING = Problem("nothing_to_publish", N_("This timetable has no visits: there is nothing to publish."))
TOO_OLD = Problem(
    "draft_too_old",
    N_(
        "Some visits of this draft lie in the past, where the former timetable stands. Make a new timetable; it begins "
        "tomorrow."
    ),
)
REPAIR_OUTDATED = Problem(
    "repair_outdated",
    N_(
        "Another timetable of this month was published since this repair was made. Enter what happened there and "
        "repair again."
    ),
)


def child_left(names: Sequence[str]) -> Problem:
    """The sentence about children who left: a draft made before does not go out with their visits."""
    return Problem(
        "child_left",
        N_("%(names)s left your district since this timetable was made. Make a new timetable."),
        {"names": "、".join(sorted(names)[:MOST_NAMES])},
    )


def obstacles_of(actor: Actor, row: Timetable, today: date) -> Obstacles:
    """What keeps a draft from being published, as its pages tell it; kept until something changes. Empty for what is
    no draft. The caller has checked the scope."""
    if row.state != TimetableState.DRAFT:
        return Obstacles()
    return remembered(("obstacles", actor, row.id, today), lambda: _obstacles_of(actor, row, today))


def _obstacles_of(actor: Actor, row: Timetable, today: date) -> Obstacles:
    former = timetables.find_published(row.unit_id, row.month)
    visits, standing = placed.visits_of_month(row.id), list[Visit]()
    found = base_problems(row, former)
    if former and not found:
        compared = compare_draft(row, visits, today)
        kept = {one.id for one in compared.kept}
        visits, standing = [one for one in visits if one.id not in kept], compared.movable
        found = [TOO_OLD] if compared.late else []
    if not visits:
        found.append(NOTHING)
    if found:
        return Obstacles(tuple(found))
    try:
        return look_through(actor, row, visits, standing, inputs_for(actor, row))
    except Refused as refused:
        return Obstacles(refused.problems)


def base_problems(row: Timetable, former: Timetable | None) -> list[Problem]:
    """A repair is made from one published timetable and may replace only that one."""
    base = hooks.base_of(row.id)
    return [REPAIR_OUTDATED] if base is not None and (former is None or former.id != base) else []


def look_through(
    actor: Actor, row: Timetable, visits: Sequence[Visit], standing: Sequence[Visit], inputs: Inputs
) -> Obstacles:
    """The independent checker over a draft's visits, against what is true now. `standing`: the visits in force whose
    place they take. What broke a rule there already, and is the same here, is no doing of the draft."""
    task, known = task_of(row, inputs), Known.of(inputs)
    gone = [child_left(names)] if (names := naming.left_since(actor, {one.child_id for one in visits})) else []
    found = weigh(task, known, as_plan(task, list(visits)).visits, as_plan(task, list(standing)).visits)
    if not (gone or found.hit or found.broken):
        return Obstacles()
    children = naming.child_names(actor, {one.child_id for one in visits})
    causes = [*gone, *told_causes(found.hit, known, children, naming.team_names({one.team_id for one in visits}))]
    return Obstacles(
        (*causes, *([rules_broken(found.broken)] if found.broken else [])),
        tuple(_named(one, children) for one in found.each),
    )


def _named(finding: Problem, names: dict[uuid.UUID, str]) -> Problem:
    """A visit of which the problem knows nothing any more, by the name of its child."""
    if finding.code != "unknown_visit":
        return finding
    return Problem(
        "visit_gone",
        N_(
            "%(child)s, %(date)s: the service is no longer in a plan in force, the child or the team cannot be planned "
            "now. Make a new timetable."
        ),
        {"child": names.get(uuid.UUID(str(finding.values["child"])), ""), "date": finding.values.get("date")},
    )
