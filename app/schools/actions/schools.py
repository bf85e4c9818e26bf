"""Writing schools: one by one from the form, many at once from a sheet, moves between units."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import insert, select, update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.kernel.sounds import reading_of
from app.schools import queries, rules
from app.schools.models import School, SchoolName, SchoolUnit
from app.schools.types import BulkResult, SchoolFacts


def save_school(actor: Actor, facts: SchoolFacts, *, today: date, school_id: uuid.UUID | None = None) -> School:
    """Make a school, or write one anew. The code stays for life; a former name stays findable.

    Another unit than before is a move (`move_school`) as of today, for a school where nobody is. Raises Refused with
    problems at their fields, and NotFound for a school or unit outside the actor's scope.
    """
    require(actor, Permission.SCHOOLS_WRITE)
    _in_scope(actor, facts.unit_id)
    refuse_if(rules.school_problems(facts, today))
    if school_id is None:
        school = _made(facts, today)
        changed = None
    else:
        school = queries.get_school(school_id)
        _in_scope(actor, school.unit_id)
        changed = _written(school, facts, today)
    _set_successor(school, facts.successor_code, changed)
    if changed is None or changed:
        audit.record(
            actor,
            "save_school",
            "school",
            school.id,
            code=school.code,
            changed=sorted(changed) if changed is not None else ["new"],
        )
    db.session.flush()
    return school


def _in_scope(actor: Actor, unit_id: uuid.UUID) -> None:
    if not queries.may_edit(actor, unit_id):
        raise NotFound


def _made(facts: SchoolFacts, today: date) -> School:
    if queries.find_school_by_code(facts.code):
        raise Refused(
            Problem(
                "school_code_taken",
                N_("A school with this code exists already. A code is never given twice; search for it."),
                field="code",
            )
        )
    school = School(**_columns(facts))
    db.session.add(school)
    db.session.add(SchoolUnit(school_id=school.id, unit_id=facts.unit_id, valid_from=facts.opened_on or today))
    if facts.former_name:
        db.session.add(SchoolName(school_id=school.id, name=facts.former_name, valid_to=None))
    db.session.flush()
    return school


def _columns(facts: SchoolFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in rules.FACT_FIELDS} | _search_names(facts.name)


def _search_names(name: str) -> dict[str, str]:
    spoken, initials, _order = reading_of(name)
    return {"name_pinyin": spoken[:240], "name_initials": initials[:120]}


def _written(school: School, facts: SchoolFacts, today: date) -> dict[str, object]:
    changed = rules.changed_fields(school, facts)
    if "code" in changed:
        raise Refused(
            Problem(
                "school_code_fixed",
                N_(
                    "A school keeps its code for life. A school of another kind is a "
                    "new school: close this one and name its successor."
                ),
                field="code",
            )
        )
    if changed.get("closed_on"):
        refuse_if(queries.closing_problems(school, today))
    if "kind" in changed:
        refuse_if(queries.kind_problems(school, facts.kind))
    if "name" in changed:
        _keep_name(school.id, school.name, today)
        changed |= _search_names(facts.name)
    if facts.former_name:
        _keep_name(school.id, facts.former_name, None)
    if "unit_id" in changed:
        refuse_if(queries.leaving_problems(school, today))
        del changed["unit_id"]
        _change_unit(school, facts.unit_id, today)
        changed["unit_id"] = school.unit_id
    for name, value in changed.items():
        setattr(school, name, value)
    return changed


def _keep_name(school_id: uuid.UUID, name: str, until: date | None) -> None:
    there = db.session.scalar(select(SchoolName.id).where(SchoolName.school_id == school_id, SchoolName.name == name))
    if there is None:
        db.session.add(SchoolName(school_id=school_id, name=name, valid_to=until))


def _set_successor(school: School, code: str | None, changed: dict[str, object] | None) -> None:
    successor = queries.find_school_by_code(code) if code else None
    if code and successor is None:
        raise Refused(
            Problem(
                "successor_unknown",
                N_("No school has this code. Enter the code of a school in the list."),
                field="successor_code",
            )
        )
    if successor and rules.leads_back(school.id, successor.id, queries.possible_successors()):
        raise Refused(
            Problem("successor_ring", N_("That school was itself merged into this one."), field="successor_code")
        )
    wanted = successor.id if successor else None
    if school.successor_id != wanted:
        school.successor_id = wanted
        if changed is not None:
            changed["successor_id"] = wanted


def move_school(actor: Actor, school_id: uuid.UUID, unit_id: uuid.UUID, *, on: date, today: date) -> School:
    """Give a school to another unit from a day on (not later than today). Both units must be in the actor's scope,
    so across districts the municipality does it. Who is there goes along: app/closings/actions/moving.py does both."""
    require(actor, Permission.SCHOOLS_WRITE)
    school = queries.get_school(school_id)
    _in_scope(actor, school.unit_id)
    _in_scope(actor, unit_id)
    if on > today:
        raise Refused(Problem("move_later", N_("Enter the move when its day has come, not beforehand."), field="on"))
    unit = queries.get_unit(unit_id)
    if not unit.valid_from <= on or (unit.valid_to and on >= unit.valid_to):
        raise Refused(
            Problem("unit_not_there", N_("%(name)s does not exist on this day."), {"name": unit.name}, field="unit_id")
        )
    before = school.unit_id
    if before != unit_id:
        _change_unit(school, unit_id, on)
        audit.record(
            actor,
            "move_school",
            "school",
            school.id,
            code=school.code,
            on=on.isoformat(),
            from_unit=str(before),
            to_unit=str(unit_id),
        )
    db.session.flush()
    return school


def _change_unit(school: School, unit_id: uuid.UUID, on: date) -> None:
    live = db.session.scalar(select(SchoolUnit).where(SchoolUnit.school_id == school.id, SchoolUnit.valid_to.is_(None)))
    if live is not None and live.valid_from >= on:
        refuse_if(queries.moving_problems(live.valid_from, on))
        live.unit_id = unit_id
    else:
        if live is not None:
            live.valid_to = on
        db.session.add(SchoolUnit(school_id=school.id, unit_id=unit_id, valid_from=on))
    school.unit_id = unit_id


def bulk_save_schools(actor: Actor, rows: Sequence[SchoolFacts], *, today: date) -> BulkResult:
    """Make or update the schools of a sheet in the running transaction; empty cells change nothing.

    The rows are checked before (`rules.school_problems`); here a wrong one refuses all. A successor may stand in the
    same sheet. The same rows again give 0 new, 0 changed.
    """
    require(actor, Permission.SCHOOLS_WRITE)
    for row in rows:
        _in_scope(actor, row.unit_id)
        refuse_if(rules.school_problems(row, today))
    there = _schools_by_code(rows)
    fresh = [row for row in rows if row.code not in there]
    ids = {row.code: new_id() for row in fresh}
    _insert(fresh, ids, today)
    changed = {row.code for row in rows if row.code in there and _update(there[row.code], row, today)}
    known = {code: school.id for code, school in there.items()} | ids
    changed |= _bulk_successors(rows, known, there, set(ids))
    _bulk_names(rows, known)
    for code in [*ids, *sorted(changed)]:
        audit.record(
            actor,
            "save_school",
            "school",
            known[code],
            code=code,
            by="sheet",
            changed=["new"] if code in ids else ["sheet"],
        )
    db.session.flush()
    return BulkResult(len(fresh), len(changed), len(rows) - len(fresh) - len(changed))


def _schools_by_code(rows: Sequence[SchoolFacts]) -> dict[str, School]:
    found: dict[str, School] = {}
    codes = [row.code for row in rows]
    for start in range(0, len(codes), 500):
        for school in db.session.scalars(select(School).where(School.code.in_(codes[start : start + 500]))):
            found[school.code] = school
    return found


def _insert(rows: Iterable[SchoolFacts], ids: dict[str, uuid.UUID], today: date) -> None:
    made = [{"id": ids[row.code], **_columns(row)} for row in rows]
    if made:
        db.session.execute(insert(School), made)
        db.session.execute(
            insert(SchoolUnit),
            [
                {
                    "id": new_id(),
                    "school_id": row["id"],
                    "unit_id": row["unit_id"],
                    "valid_from": row["opened_on"] or today,
                }
                for row in made
            ],
        )


def _update(school: School, row: SchoolFacts, today: date) -> bool:
    changed = rules.changed_fields(school, row, keep_missing=True)
    if changed.get("closed_on"):
        refuse_if(queries.closing_problems(school, today))
    if "kind" in changed:
        refuse_if(queries.kind_problems(school, row.kind))
    if "name" in changed:
        _keep_name(school.id, school.name, today)
        changed |= _search_names(row.name)
    if "unit_id" in changed:
        refuse_if(queries.leaving_problems(school, today))
        _change_unit(school, row.unit_id, today)
    for name, value in changed.items():
        setattr(school, name, value)
    return bool(changed)


def _bulk_successors(
    rows: Sequence[SchoolFacts], known: dict[str, uuid.UUID], there: dict[str, School], fresh: set[str]
) -> set[str]:
    changed, ring = set(), queries.possible_successors()
    for row in rows:
        if not row.successor_code:
            continue
        successor = known.get(row.successor_code)
        if successor is None and (found := queries.find_school_by_code(row.successor_code)):
            successor = found.id
        if successor is None or rules.leads_back(known[row.code], successor, ring):
            raise Refused(
                Problem(
                    "successor_unknown_row",
                    N_("The successor %(successor)s of %(code)s is not in the list."),
                    {"successor": row.successor_code, "code": row.code},
                    field="successor_code",
                )
            )
        ring[known[row.code]] = successor
        if row.code in fresh:
            db.session.execute(update(School).where(School.id == known[row.code]).values(successor_id=successor))
        elif there[row.code].successor_id != successor:
            there[row.code].successor_id = successor
            changed.add(row.code)
    return changed


def _bulk_names(rows: Sequence[SchoolFacts], known: dict[str, uuid.UUID]) -> None:
    for row in rows:
        if row.former_name:
            _keep_name(known[row.code], row.former_name, None)
