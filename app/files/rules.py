"""Whether two files may be merged, and whether that may be undone. Pure."""

from __future__ import annotations

from app.files.types import FileSide
from app.kernel.problems import N_, Problem

SHORTEST_REASON = 4


def merge_problems(kept: FileSide, second: FileSide) -> tuple[Problem, ...]:
    """Why `second` may not become a second file of `kept`; empty when it may. Each says what to do.

    What holds today or later (place, plan in force, visits to come, the placement decided) must stand in the file that
    is kept, because nothing is written to a second file any more and no row moves.
    """
    if kept.number_of_file == second.number_of_file:
        return (Problem("merge_itself", N_("This is one file. Choose the other file of the child.")),)
    pair = {"kept": kept.number_of_file, "second": second.number_of_file}
    found = _closed_problems((kept, second))
    if second.seconds:
        found.append(
            Problem(
                "merge_chain",
                N_(
                    "Other files were merged into %(second)s, so it cannot become a second file itself. Keep "
                    "%(second)s, or undo those first."
                ),
                pair,
            )
        )
    return (*found, *_number_problems(kept, second, pair), *_live_problems(kept, second, pair))


def _closed_problems(sides: tuple[FileSide, FileSide]) -> list[Problem]:
    """Files in which the actor, or nobody, writes."""
    found = [
        Problem(
            "merge_foreign",
            N_(
                "You may not write in the file %(number)s. Ask %(unit)s, or the city, which may write in both, to "
                "merge them."
            ),
            {"number": one.number_of_file, "unit": one.unit},
        )
        for one in sides
        if not one.writes
    ]
    found += [
        Problem(
            "merge_merged",
            N_("The file %(number)s is a second file already. Open the one that it was merged into."),
            {"number": one.number_of_file},
        )
        for one in sides
        if one.merged
    ]
    return found


def _number_problems(kept: FileSide, second: FileSide, pair: dict[str, str]) -> list[Problem]:
    if kept.number and second.number and kept.number[0] == second.number[0] and kept.number != second.number:
        return [
            Problem(
                "merge_numbers",
                N_(
                    "The files have two different ID numbers, so they are two children, or one number is wrong. Look "
                    "at the card and correct it first."
                ),
                pair,
            )
        ]
    return []


def _live_problems(kept: FileSide, second: FileSide, pair: dict[str, str]) -> list[Problem]:
    """What is under way in the files."""
    found = [
        *_place_problems(kept, second, pair),
        *_plan_problems(kept, second, pair),
        *_visit_problems(kept, second, pair),
    ]
    for one in (kept, second):
        at = {"number": one.number_of_file}
        if one.transfer:
            found.append(
                Problem(
                    "merge_transfer",
                    N_("A transfer of the file %(number)s is open. Wait for its answers, or take it back."),
                    at,
                )
            )
        if one.request:
            found.append(
                Problem(
                    "merge_request",
                    N_("A request about the roll of the file %(number)s waits for its answer. Have it answered first."),
                    at,
                )
            )
    return found


def _place_problems(kept: FileSide, second: FileSide, pair: dict[str, str]) -> list[Problem]:
    told = pair | {"schools": "、".join(dict.fromkeys(second.places)), "place": "、".join(dict.fromkeys(kept.places))}
    if kept.places and second.places:
        return [
            Problem(
                "merge_both_placed",
                N_(
                    "Both files have a place: %(kept)s at %(place)s, %(second)s at %(schools)s. End the one that is "
                    "wrong on its roll first."
                ),
                told,
            )
        ]
    if second.places:
        return [
            Problem(
                "merge_placed",
                N_("The place at %(schools)s stands in the file %(second)s. Keep %(second)s, or end that place first."),
                told,
            )
        ]
    if second.decided and not kept.decided:
        return [
            Problem(
                "merge_decided",
                N_(
                    "The placement is decided in the file %(second)s only. Keep %(second)s, or decide it in %(kept)s "
                    "first."
                ),
                pair,
            )
        ]
    return []


def _plan_problems(kept: FileSide, second: FileSide, pair: dict[str, str]) -> list[Problem]:
    found = []
    same = any(a[0] <= b[1] and b[0] <= a[1] for a in kept.plans for b in second.plans)
    if same:
        found.append(
            Problem(
                "merge_both_planned",
                N_(
                    "Both files have a plan in force on the same days. Wait until the plan of one of them has ended, "
                    "and keep the other one."
                ),
                pair,
            )
        )
    elif second.plans:
        found.append(
            Problem("merge_planned", N_("The plan in force stands in the file %(second)s. Keep %(second)s."), pair)
        )
    if second.submitted:
        found.append(
            Problem(
                "merge_submitted",
                N_(
                    "A plan in the file %(second)s waits for approval. Have it approved or returned first, or keep "
                    "%(second)s."
                ),
                pair,
            )
        )
    return found


def _visit_problems(kept: FileSide, second: FileSide, pair: dict[str, str]) -> list[Problem]:
    if kept.visits and second.visits:
        return [
            Problem(
                "merge_both_visited",
                N_("Both files have published visits to come. Call those of one file off first."),
                pair,
            )
        ]
    if second.visits:
        return [
            Problem(
                "merge_visited",
                N_("Published visits to come stand in the file %(second)s. Keep %(second)s, or call them off first."),
                pair,
            )
        ]
    return []


def reason_problems(reason: str) -> tuple[Problem, ...]:
    """What a reason lacks that stands in the record."""
    if len(reason.strip()) >= SHORTEST_REASON:
        return ()
    return (
        Problem(
            "merge_reason",
            N_("Say how you know it, in a few words. It stands in the record of the merging."),
            field="reason",
        ),
    )


def undo_problems(*, writes: bool, number_taken: str | None, number_used: bool) -> tuple[Problem, ...]:
    """Why a merging may not be undone. `number_taken` is the file that has the second file's ID number by now;
    `number_used`: the student number that was taken over stands on the kept file's roll."""
    found = []
    if not writes:
        found.append(
            Problem(
                "part_foreign",
                N_("You may not write in both files. Ask the city, which may write in both, to undo it."),
            )
        )
    if number_taken:
        found.append(
            Problem(
                "part_number",
                N_(
                    "The file %(number)s has the ID number of the second file by now. Correct that first: a number "
                    "stands in one file only."
                ),
                {"number": number_taken},
            )
        )
    if number_used:
        found.append(
            Problem(
                "part_student_number",
                N_(
                    "The student number that was taken over counts on the roll of the kept file since. Give that file "
                    "its own number first."
                ),
            )
        )
    return tuple(found)


def first_choice(one: FileSide, other: FileSide) -> FileSide:
    """The file to keep unless a person says otherwise: where what holds stands, then the one with numbers."""

    def weight(side: FileSide) -> tuple[bool, ...]:
        return (
            bool(side.places),
            bool(side.plans or side.visits),
            side.decided,
            side.number is not None,
            side.student_number,
        )

    return other if weight(other) > weight(one) else one
