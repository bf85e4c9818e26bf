"""What a row would change in the file that it was matched with, and what a sheet may not change by itself."""

from __future__ import annotations

from app.children.refusals import READ_ONLY
from app.imports.answers import SAME
from app.imports.columns import NO_DISABILITY
from app.imports.elsewhere import Elsewhere
from app.imports.existing import LINK_FACTS, Known
from app.imports.family import PLACES, seats_of, spelled_otherwise, spelling_kept
from app.imports.identities import check_name_on_file
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.clock import today
from app.kernel.identifiers import check_resident_id
from app.kernel.problems import N_, Problem, Severity

NOT_COMPARED = {"pinyin", "placement", "disability", "diagnosis"}
PLACE = {*LINK_FACTS, "attending_code", "delivering_code"}
"""Of a child on a roll its links; of one that waits for a roll the place that it is meant to have, school and all."""
WAITING = {"registered", "deferred", "placed"}
NEWCOMERS = {f"member{place}_name" for place in PLACES}
"""A family member's name differs only where the person is new to the family; the person is taken as a whole."""
IDENTITY = (("birth_on", "sex"), ("birth_on", "sex", "document_number"))
"""What must agree with each other; of a row that a person has joined to a file its number too, which may be other."""
DOCUMENT_KEPT = Problem(
    "document_kept",
    N_(
        "The file has a document number and the row gives another kind of document without one, so the file's document "
        "stays. To change the kind, give the new number with it."
    ),
    severity=Severity.WARNING,
)


def compare_row(row: CheckedRow, known: Known | None, elsewhere: Elsewhere) -> None:
    if known is None:
        row.outcome = RowOutcome.NEW
        return
    roll = known.links.get("roll")
    if problem := elsewhere.problem(row, known):
        row.refuse("document_number", problem)
        return
    if not known.held:
        row.refuse(
            "document_number",
            Problem("read_only", READ_ONLY)
            if roll is not None
            else Problem(
                "child_out_of_sight",
                N_("This child has a file already, and it was not opened to you. Ask the coordinator of the district."),
            ),
        )
        return
    row.changes = find_changes(row, known)
    _keep_ours(row)
    _keep_document(row, known)
    check_name_on_file(row, known.facts, known.id)
    _check_spellings(row, known)
    _doubt_moves(row, known)
    if row.outcome is None:
        row.outcome = RowOutcome.CHANGED if row.changes else RowOutcome.SAME


def _check_spellings(row: CheckedRow, known: Known) -> None:
    """A family member whom the file spells in another way is the same person, and the file's spelling stays; who has
    another telephone too may be somebody else, so that a person decides."""
    for place, name, asked in spelled_otherwise(row.values, known.facts, known.persons):
        if not asked or row.answer == SAME:
            row.warn(f"member{place}_name", spelling_kept(name))
            continue
        row.doubt(
            f"member{place}_name",
            Problem(
                "member_spelled",
                N_(
                    'The file has "%(name)s", which looks the same, with another telephone or ID number. If it is the '
                    "same person, decide for this child; if not, write the name of the other person in full."
                ),
                {"name": name},
            ),
        )
        row.candidates = (known.id,)


def _keep_ours(row: CheckedRow) -> None:
    """Where a person chose the file's words, the row says the same as the file; a new family member is left out."""
    for column in set(row.ours) & set(row.differs):
        _keep(row, column)
        if column in NEWCOMERS:
            for part in [key for key in row.values if key.startswith(column.removesuffix("name"))]:
                del row.values[part]


def _keep(row: CheckedRow, column: str) -> None:
    before, _after = row.differs.pop(column)
    if before is None:
        row.values.pop(column, None)
    else:
        row.values[column] = before


def _keep_document(row: CheckedRow, known: Known) -> None:
    """A kind of document without a number never takes the place of one with a number."""
    given = "document_number" in row.differs or "document_number" in row.values and "document_number" not in row.ours
    if "document_kind" not in row.differs or given or not known.facts.get("document_number"):
        return
    for column in {"document_kind", "document_missing_reason"} & set(row.differs):
        _keep(row, column)
    row.warn("document_kind", DOCUMENT_KEPT)


def find_changes(row: CheckedRow, known: Known) -> dict[str, tuple[object, object]]:
    """Return column → (before, after) for what the row says differently; an empty cell says nothing."""
    on_roll = "roll" in known.links
    waits = not on_roll and _status(known) in WAITING
    changes: dict[str, tuple[object, object]] = {}
    for column, after in row.values.items():
        if column in NOT_COMPARED or column.startswith("member") or column in PLACE and not (on_roll or waits):
            continue
        if column == "school_code" and not waits:
            continue
        before = known.facts.get(column)
        if before != after:
            changes[column] = (_plain(before), after)
    _compare_family(row, known, changes)
    category = row.values["disability"]
    if category != NO_DISABILITY and category != known.facts.get("disability"):
        changes["disability"] = (_plain(known.facts.get("disability")), category)
    if (words := row.values.get("diagnosis")) and words not in known.words:
        changes["diagnosis"] = (known.facts.get("diagnosis"), words)
    return changes


def _compare_family(row: CheckedRow, known: Known, changes: dict[str, tuple[object, object]]) -> None:
    seats = seats_of(row.values, known.facts, known.persons)
    for place in PLACES:
        at = f"member{place}_"
        if place in seats:
            for column in [key for key in row.values if key.startswith(at) and key not in NEWCOMERS]:
                before = known.facts.get(f"member{seats[place]}_{column.removeprefix(at)}")
                if before != row.values[column]:
                    changes[column] = (_plain(before), row.values[column])
        elif (name := row.values.get(f"{at}name")) is not None:
            changes[f"{at}name"] = (_plain(known.facts.get(f"{at}name")), name)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value


def _status(known: Known) -> str:
    return str(known.state["status"]) if known.state is not None else "registered"


def _doubt_moves(row: CheckedRow, known: Known) -> None:
    """What a sheet may not do by itself: move a roll, decide a placement, replace a number for life."""
    values, roll = row.values, known.links.get("roll")
    if roll is not None and known.facts["school_code"] != values["school_code"]:
        row.doubt(
            "school_code",
            Problem(
                "roll_elsewhere",
                N_(
                    "The child is on the roll of another school. A change of school is a transfer: open it in the file."
                ),
            ),
        )
    placement = values.get("placement")
    if placement is not None and placement != known.facts.get("placement"):
        row.doubt(
            "placement",
            Problem(
                "placement_differs",
                N_(
                    "The file says another placement, or none. A placement is decided in the file, with "
                    "recommendation and opinion."
                ),
            ),
        )
    if known.number is not None and "student_number" in row.differs and str(known.number["kind"]) == "G":
        row.doubt(
            "student_number",
            Problem(
                "number_for_life_row",
                N_("The file has another G number, and a G number is for life. Compare both with the national system."),
            ),
        )
    if roll is None and known.number is None and "student_number" in values and _status(known) != "placed":
        row.doubt(
            "student_number",
            Problem(
                "number_before_place",
                N_(
                    "The child has no place yet, so it cannot be put on the roll. Decide the placement in the file "
                    "first."
                ),
            ),
        )
    if values["disability"] == NO_DISABILITY and known.disability is not None:
        row.doubt(
            "disability",
            Problem(
                "disability_gone",
                N_("The row says 无残疾 but the file has a disability. End it in the file if that is right."),
            ),
        )
    differing = [column for column in IDENTITY[row.answer == SAME] if column in row.differs]
    if differing and not (row.answer == SAME and _fits_number(row, known)):
        row.doubt(
            differing[0],
            Problem("identity_differs", N_("Birth date or sex differ from the file. Correct the one that is wrong.")),
        )


def _fits_number(row: CheckedRow, known: Known) -> bool:
    """Whether birth date and sex, as a person chose them of both sides, can stand beside the ID number of the file."""
    number = row.values.get("document_number") or known.facts.get("document_number")
    said = check_resident_id(str(number or ""), allow_demo=True, today=today()).value
    return said is None or (said.birth.isoformat(), said.sex.value) == (row.values["birth_on"], row.values["sex"])
