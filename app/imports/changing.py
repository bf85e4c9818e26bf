"""Changed files: only what the row says differently, with the history kept where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.children.actions.family import close_sight
from app.children.actions.handed_out import end_handed_out
from app.children.bulk import (
    FACTS,
    NewDisability,
    NewHome,
    Persons,
    insert_disabilities,
    insert_events,
    insert_families,
    insert_homes,
    insert_sights,
    insert_tails,
    name_columns,
    update_persons,
)
from app.children.formerly import SAID, keep_identities
from app.children.models import Child, Diagnosis, Disability, Guardianship, HomePoint, NumberTail
from app.children.points import point_text
from app.children.responsible import keep_town
from app.db import vault
from app.db.bulk import Bulk, dashed, new_keys
from app.imports.columns import NO_DISABILITY
from app.imports.existing import LINK_FACTS, Known
from app.imports.intended import change_intended, enrolled, finish_intended
from app.imports.masking import told_changes
from app.imports.types import CheckedRow
from app.imports.writing import Writing, guardian_of, meet, note, roll_of
from app.kernel.problems import N_
from app.roll.actions.parting import enrolled_at, part_many
from app.roll.bulk import NewLink, NewRoll, insert_links, insert_movements, insert_numbers, insert_rolls
from app.roll.models import Membership, RollState, StudentNumber
from app.schools.models import School

CHANGED = N_("Changed by an imported sheet: %(what)s.")
_BASICS = ("name", "sex", "birth_on", "document_kind", *FACTS)
_PERSON = {"phone": "phone", "number": "document_number", "address": "address"}


def write_changes(writing: Writing, rows: Sequence[CheckedRow], known: Mapping[str, Known], persons: Persons) -> None:
    """Write what the rows change in the files that they were matched with."""
    if not rows:
        return
    meet(writing.session, persons, rows)
    pairs = [(row, known[row.subject]) for row in rows]
    _basics(writing, pairs)
    _families(writing, pairs, persons)
    _disabilities(writing, pairs)
    _homes(writing, pairs)
    _numbers(writing, pairs)
    _links(writing, pairs)
    _enrolments(writing, pairs)
    insert_events(writing.session, [(one.id, "file", writing.today, CHANGED, {"what": told_changes(row)}, None)
                                    for row, one in pairs], by_name=writing.actor.name)
    note(writing, "import_change", [(one.id, {"columns": sorted(row.changes)}) for row, one in pairs])


def _bulk(writing: Writing) -> Bulk:
    return Bulk(writing.session)


def _basics(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    _towns(writing, pairs)
    keep_identities(writing.session, [_uuid(one.id) for row, one in pairs if set(row.changes) & set(SAID)],
                    on=writing.today)
    box, bulk = vault(), _bulk(writing)
    touched, sealed, tails = [], {"document_number": [], "address": [], "phone": []}, []
    for row, one in pairs:
        touched.append((one.revision + 1, one.id))
        for name in set(row.changes) & set(sealed):
            text = row.values[name]
            kept = [box.seal("children", name, dashed(one.id), text)]
            if name != "address":
                kept.append(box.blind("document" if name == "document_number" else name, text))
            sealed[name].append((*kept, one.id))
            if name == "document_number":
                tails.append((one.id, "document", text))
    bulk.update(Child.__table__, ("revision",), touched)
    bulk.update(Child.__table__, ("document_number_sealed", "document_number_blind"), sealed["document_number"])
    bulk.update(Child.__table__, ("address_sealed",), sealed["address"])
    bulk.update(Child.__table__, ("phone_sealed", "phone_blind"), sealed["phone"])
    for name in _BASICS:
        values = [(row.values[name], one.id) for row, one in pairs if name in row.changes]
        if name == "name":
            bulk.update(Child.__table__, ("name", "name_pinyin", "name_initials", "sort_key"),
                        [(text, *name_columns(text), key) for text, key in values])
        else:
            bulk.update(Child.__table__, (name,), values)
    bulk.update(Child.__table__, ("former_name",), [(str(row.changes["name"][0]), one.id) for row, one in pairs
                                                    if "name" in row.changes and "former_name" not in row.changes])
    bulk.update(Child.__table__, ("document_missing_reason",), [(None, key) for _number, _blind, key in
                                                                 sealed["document_number"]])
    _replace_tails(writing, tails)


def _towns(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """Another town counts from today: figures of past days keep the town of that day."""
    for row, one in pairs:
        if "town_code" in row.changes:
            child = writing.session.get(Child, _uuid(one.id))
            keep_town(child.id, child.unit_id, child.town_code, row.values["town_code"], on=writing.today)


def _replace_tails(writing: Writing, tails: list[tuple[str, str, str]]) -> None:
    _drop_tails(writing, [(child, source) for child, source, _number in tails])
    insert_tails(writing.session, tails)


def _drop_tails(writing: Writing, numbers: Sequence[tuple[str, str]]) -> None:
    """Forget the endings of (child, source)."""
    tails = NumberTail.__table__
    for child, source in numbers:
        writing.session.execute(tails.delete().where(tails.c.child_id == _uuid(child), tails.c.source == source))


def _uuid(key: str):
    from uuid import UUID

    return UUID(hex=key)


def _families(writing: Writing, pairs: list[tuple[CheckedRow, Known]], persons: Persons) -> None:
    """A changed telephone, number or address is the person's; another name means another person in that place."""
    bulk, ends, added, gone = _bulk(writing), [], [], []
    people: dict[str, dict[str, object]] = {}
    duties: list[tuple] = []
    for row, one in pairs:
        for place in (1, 2):
            at = f"member{place}_"
            changed = {column.removeprefix(at) for column in row.changes if column.startswith(at)}
            if not changed:
                continue
            duty, person = one.persons.get(place, (None, None))
            family = guardian_of(row.values, place)
            if "name" in changed:
                if duty:
                    ends.append((writing.today.isoformat(), duty))
                    gone.append((_uuid(one.id), _uuid(person)))
                added.append((one.id, place, family))
                continue
            people.setdefault(person, {}).update(
                {_PERSON[part]: row.values[at + part] for part in changed & set(_PERSON)})
            duties.append((family.relation, family.is_guardian, duty))
    bulk.update(Guardianship.__table__, ("valid_to",), ends)
    for child, person in gone:
        close_sight(child, person, writing.today)
        end_handed_out(writing.actor, child, person, writing.today)
    bulk.update(Guardianship.__table__, ("relation", "is_guardian"), duties)
    update_persons(writing.session, people)
    for place in (1, 2):
        insert_families(writing.session, [(child, (family,)) for child, at, family in added if at == place],
                        on=writing.today, persons=persons, first=place)


def _disabilities(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    bulk, ends, added, tails, words = _bulk(writing), [], [], [], []
    for row, one in pairs:
        if "diagnosis" in row.changes:
            words.append((one.id, row.values["diagnosis"]))
        if not set(row.changes) & {"disability", "disability_grade", "certificate"}:
            continue
        if row.values["disability"] == NO_DISABILITY:
            continue
        now = {**one.facts, **row.values}
        if one.disability is not None:
            ends.append((writing.today.isoformat(), one.disability["id"].hex))
        added.append((one.id, 1, NewDisability(now["disability"], now.get("disability_grade"),
                                               now.get("certificate"), **_unsaid(row, one))))
        if "certificate" in row.changes:
            tails.append((one.id, "certificate", row.values["certificate"]))
    bulk.update(Disability.__table__, ("valid_to",), ends)
    insert_disabilities(writing.session, added, on=writing.today)
    bulk.insert(Diagnosis.__table__, ("id", "child_id", "words"),
                [(new, *values) for new, values in zip(new_keys(len(words)), words, strict=True)])
    _replace_tails(writing, tails)


def _unsaid(row: CheckedRow, one: Known) -> dict[str, object]:
    """What sheets never speak of stays: of a certificate that stays its issuer and end, of a suspicion its screening.

    A certificate or grade from the sheet says that the suspected disability is assessed now.
    """
    if one.disability is None or "certificate" in row.changes:
        return {}
    names = ["certificate_issuer", "certificate_ends_on"]
    if "disability_grade" not in row.changes:
        names += ["screening_due_on", "screening_by"]
    return {name: one.disability[name] for name in names}


def _homes(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    moved = [(row, one) for row, one in pairs if set(row.changes) & {"longitude", "latitude"}]
    box = vault()
    _bulk(writing).update(HomePoint.__table__, ("point_sealed", "revision"), [
        (box.seal("home_points", "point", one.home["id"], point_text(row.values["longitude"], row.values["latitude"])),
         one.home["revision"] + 1, one.home["id"].hex)
        for row, one in moved if one.home is not None])
    insert_homes(writing.session, [(one.id, NewHome(row.values["longitude"], row.values["latitude"]))
                                   for row, one in moved if one.home is None])


def _numbers(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """L or J becomes G: the old number stays in the history (facts 2.2)."""
    given = [(row, one) for row, one in pairs if "student_number" in row.changes and one.number is not None]
    today = writing.today.isoformat()
    _bulk(writing).update(StudentNumber.__table__, ("valid_to",), [(today, one.number["id"].hex) for _r, one in given])
    _drop_tails(writing, [(one.id, "student_number") for _row, one in given])
    insert_numbers(writing.session, [(one.id, row.values["student_number"], today) for row, one in given])
    insert_movements(writing.session, [_stays(writing, one, "number_change") for _row, one in given],
                     actor=writing.actor, school_names=writing.names)


def _stays(writing: Writing, one: Known, movement: str) -> NewRoll:
    status = str(one.state["status"])
    roll = one.links.get("roll")
    return NewRoll(one.id, status, movement, writing.today, roll["school_id"] if roll is not None else None,
                   before=status, reason="")


def _links(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """Another grade or class begins a new row of the same link; another attending or delivering school a new link."""
    today, bulk, moved = writing.today, _bulk(writing), []
    ends, begins, sights = [], [], []
    for row, one in pairs:
        roll = one.links.get("roll")
        if roll is None:
            continue
        if set(row.changes) & set(LINK_FACTS):
            details = {name: row.values.get(name, roll[name]) for name in LINK_FACTS}
            since = max(today, roll["valid_from"])  # rows are not rewritten: one of today ends and held on no day
            ends.append((since.isoformat(), roll["id"].hex))
            kept = NewLink("roll", roll["school_id"], **details, until=roll["valid_to"])
            begins.append((one.id, kept, since, None))
        for link in ("attending", "delivering"):
            if f"{link}_code" in row.changes:
                _move_link(writing, row, one, link, ends, begins, sights)
                moved.append(one)
    bulk.update(Membership.__table__, ("valid_to",), ends)
    insert_links(writing.session, begins, seen=False)
    insert_sights(writing.session, sights)
    insert_movements(writing.session, [_stays(writing, one, "link_change") for one in
                                       {one.id: one for one in moved}.values()],
                     actor=writing.actor, school_names=writing.names)
    # What an earlier school had opened besides its link ends too, as where the link is changed by hand.
    part_many([_uuid(one.id) for one in {one.id: one for one in moved}.values()], today)


def _move_link(writing: Writing, row: CheckedRow, one: Known, link: str, ends: list, begins: list,
               sights: list) -> None:
    from app.children.sight import end_sight

    school, today = writing.schools[row.values[f"{link}_code"]].id, writing.today
    if (old := one.links.get(link)) is not None:
        ends.append((today.isoformat(), old["id"].hex))
        end_sight(_uuid(one.id), old["school_id"], link, on=today)
    begins.append((one.id, NewLink(link, school, row.values.get("grade")), today, None))
    sights.append((one.id, "school", school, link, None, today))


def _enrolments(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """A placed child whose student number comes with the sheet is on the roll from today; for the others who wait, the
    place they are meant to have is kept."""
    fresh = [(row, one) for row, one in pairs if "student_number" in row.changes and one.number is None
             and "roll" not in one.links]
    today: date = writing.today
    leave = {one.id for _row, one in fresh}
    change_intended(writing.session, [pair for pair in pairs if pair[1].id not in leave], writing.schools, on=today)
    finish_intended(writing.session, [one for _row, one in fresh], on=today)
    for row, one in fresh:
        row.values = enrolled(row.values, one, writing.schools, on=today)
    _bulk(writing).update(RollState.__table__, ("valid_to",), [(today.isoformat(), one.state["id"].hex)
                                                               for _row, one in fresh])
    insert_rolls(writing.session, [roll_of(writing, row, one.id, before="placed") for row, one in fresh],
                 actor=writing.actor, school_names=writing.names)
    stay = []
    for row, one in fresh:
        place, child = writing.schools[row.values["school_code"]], writing.session.get(Child, _uuid(one.id))
        if child.unit_id == _uuid(place.unit_id):
            stay.append(child.id)
        else:
            enrolled_at(writing.actor, child, writing.session.get(School, _uuid(place.id)), today)
    part_many(stay, today)

