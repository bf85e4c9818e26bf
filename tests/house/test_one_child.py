"""What is known of ONE child is read under all its ids: who asks for the rows of a child goes through `of_child`.

A child may have a second file that was merged (app/children/aliases.py). What happened stands under both ids, what
holds today in the kept file alone. So a query that names one child says which of the two it means: it asks `of_child`,
or stands in `HOLDS_TODAY` with its reason. Actions write in one file and never in a second one (`require_write`).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("app/demo/", "app/children/aliases.py", "app/children/bulk/", "app/children/tails.py", "app/db/")
"""Made-up data, the function itself, and what writes."""
HOLDS_TODAY = {
    "what a file says of its child today: the kept one took over what it lacked": (
        "app/children/doubles/matches.py:asked_of",
        "app/children/queries.py:_FAMILY",
        "app/children/queries.py:_DISABILITIES",
        "app/children/queries.py:_HOME",
        "app/children/queries.py:_SAFETY",
        "app/plans/content.py:_disabilities",
        "app/plans/content.py:_guardians",
        "app/plans/queries/versions.py:fitting_curriculum",
        "app/roll/queries/scope.py:has_disability",
        "app/family/queries/members.py:_letters",
        "app/family/queries/members.py:get_member",
        "app/family/queries/members.py:get_letter",
    ),
    "who sees a file and who answers for it: decided of each file": (
        "app/children/responsible.py:unit_on",
        "app/children/responsible.py:_from",
        "app/children/responsible.py:_give_rights",
        "app/children/responsible.py:_leave",
        "app/children/sight.py:_holds",
        "app/children/sight.py:_ended",
        "app/children/sight.py:give_sight",
        "app/children/sight.py:end_sight",
        "app/children/sight.py:reopen_sights",
        "app/children/sight.py:keep_past",
        "app/assessments/queries.py:list_asked",
        "app/timetables/queries/plan_gaps_child.py:_months_of",
    ),
    "today's or a later place, state or number of the roll: a second file has none when it is merged": (
        "app/roll/queries/states.py:_state",
        "app/roll/queries/states.py:read_state",
        "app/roll/queries/states.py:find_intended",
        "app/roll/queries/states.py:_intended",
        "app/roll/queries/states.py:status_on",
        "app/roll/queries/states.py:coming_links",
        "app/roll/queries/states.py:links_on",
        "app/roll/queries/states.py:places_on",
        "app/roll/queries/scope.py:keeps_roll",
        "app/roll/queries/scope.py:find_number",
        "app/roll/queries/under_way.py:find_waiting",
        "app/roll/queries/lists.py:find_taking_back",
        "app/roll/queries/scope.py:is_waiting",
        "app/visits/queries/periods.py:times_away",
    ),
    "the plan that holds or follows: a second file has none when it is merged": (
        "app/plans/queries/versions.py:find_last_version",
        "app/plans/queries/versions.py:never_held_after",
        "app/plans/queries/versions.py:plan_in_force",
        "app/visits/queries/in_force.py:may_be_plan_of",
    ),
    "the decision that holds or follows: the kept file has it": (
        "app/placements/leaving.py:schools_named",
        "app/placements/queries.py:find_decision",
        "app/placements/queries.py:decision_in_force",
        "app/placements/queries.py:find_recommendation",
        "app/placements/queries.py:find_opinion",
        "app/plans/content.py:find_open_decision",
    ),
    "wishes, times and closed homes of visits to come: a second file has none to come": (
        "app/teams/queries/families.py:list_family_times",
        "app/teams/queries/families.py:coming_closures",
        "app/timetables/queries/handing.py:_given_by",
        "app/timetables/queries/live.py:told_to_family",
        "app/timetables/queries/pins.py:find_pin",
        "app/timetables/queries/placed.py:_placed",
    ),
    "what the family was handed for visits to come": (
        "app/repairs/queries/answers.py:current_link",
        "app/repairs/queries/link.py:_coming",
        "app/repairs/queries/link.py:link_visits",
    ),
    "what stands in one of the two files before they are merged, or was written since": (
        "app/files/queries/merging.py:written_since",
        "app/roll/queries/second.py:on_roll",
        "app/roll/queries/second.py:has_moved",
        "app/plans/queries/versions.py:days_planned",
        "app/plans/queries/versions.py:is_submitted",
        "app/timetables/queries/standing.py:count_coming_of",
    ),
    "minutes reckoned by day for the kept file": ("app/visits/queries/owed.py:owed_services",),
    "whether a line tells of one thing, which stands in one file": ("app/children/timeline.py:was_told",),
}
"""Functions (or the names of statements) that mean one file only, by their reason."""
ALLOWED = {name for names in HOLDS_TODAY.values() for name in names}


ALIASES = {"twin", "later", "newer", "undoing", "periods", "after", "one"}
"""Names of aliases of tables that begin with a small letter."""


def readers(source: str, place: str) -> dict[str, int]:
    """The functions of a module that compare a child's key with a value, with the line: not where two tables join."""
    tree, found = ast.parse(source), {}
    for owner in [*tree.body, *(node for one in tree.body if isinstance(one, ast.ClassDef) for node in one.body)]:
        for node in ast.walk(owner):
            if _names_one(node):
                found.setdefault(f"{place}:{_name(owner)}", node.lineno)
    return found


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return getattr(node, "name", "")


def _names_one(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        one, other = node.left, node.comparators[0]
        return _is_key(one) and not _is_column(other) or _is_key(other) and not _is_column(one)
    return False


def _is_key(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "child_id"
        and _is_column(node)
        and getattr(node.value, "id", "") != "one"
    )


def _is_column(node: ast.expr) -> bool:
    """A column of a table: Child.id, states.c.child_id, an alias of it; not a value of a row."""
    if not isinstance(node, ast.Attribute):
        return False
    table = node.value
    return (
        isinstance(table, ast.Name)
        and (table.id.lstrip("_")[:1].isupper() or table.id in ALIASES)
        or isinstance(table, ast.Attribute)
        and table.attr == "c"
    )


def found() -> dict[str, int]:
    house: dict[str, int] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(ELSEWHERE) and "/actions" not in place:
            house |= readers(path.read_text(encoding="utf-8"), place)
    return house


def test_who_reads_of_one_child_asks_for_all_its_ids():
    forgotten = {name: line for name, line in found().items() if name not in ALLOWED}
    assert not forgotten, f"ask app.children.aliases.of_child, or say why one file only is meant: {forgotten}"


def test_every_exception_is_needed():
    assert ALLOWED <= set(found()), ALLOWED - set(found())


@pytest.mark.parametrize(
    ("source", "is_seen"),
    [
        ("def f(child_id):\n    return select(Movement).where(Movement.child_id == child_id)", True),
        ("ROWS = select(Movement).where(Movement.child_id == bindparam('child'))", True),
        ("def f(child):\n    return select(Movement).where(Movement.child_id == child.id)", True),
        ("def f(child_id):\n    return select(AUDIT).where(AUDIT.c.child_id == child_id)", True),
        ("def f(child_id):\n    return select(Movement).where(of_child(Movement.child_id, child_id))", False),
        ("def f():\n    return select(Movement).join(Child, Child.id == Movement.child_id)", False),
        ("def f(a):\n    return select(Movement).where(Movement.child_id.in_(select(Child.id).where(a)))", False),
        ("def f(rows, child_id):\n    return [row for row in rows if row.child_id == child_id]", False),
    ],
)
def test_each_way_of_naming_one_child_is_seen(source, is_seen):
    assert bool(readers(source, "app/sample.py")) is is_seen
