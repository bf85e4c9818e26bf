"""What is kept of a row: its values, problems and changes as one JSON text, sealed as a whole.

Nothing of it stands in clear but the outcome, the line, the name, and codes of problems with their columns.
"""

from __future__ import annotations

import json

from app.db.bulk import as_json
from app.imports.columns import SHEETS, wording
from app.imports.types import CheckedRow, ImportKind, RowOutcome, RowProblem
from app.kernel.problems import from_stored, to_stored

KEYS = {kind: tuple(column.key for column in sheet.columns) for kind, sheet in SHEETS.items()}
HELD = (RowOutcome.DOUBTFUL, RowOutcome.REFUSED)


def pack(kind: ImportKind, row: CheckedRow) -> str:
    """Return the row as text; the cells as they stood in the file are kept only when it is held back."""
    held = row.outcome in HELD
    content: dict[str, object] = {"v": None if held else [*map(row.values.get, KEYS[kind])]}
    if held:
        content["c"] = {key: text for key, text in (row.cells or _worded(kind, row)).items() if text}
    if row.candidates:
        content["k"] = list(row.candidates)
    if row.ours:
        content["o"] = list(row.ours)
    if row.problems:
        content["p"] = [[p.column, to_stored(p.problem), p.doubtful] for p in row.problems]
    if row.changes:
        content["d"] = row.changes
    return as_json(content)


def unpack(
    kind: ImportKind, line: int, outcome: RowOutcome | None, subject: str | None, text: str | bytes
) -> CheckedRow:
    """The row again."""
    content = json.loads(text)
    values = {
        key: value for key, value in zip(KEYS[kind], content["v"] or (), strict=bool(content["v"])) if value is not None
    }
    problems = [
        RowProblem(column, from_stored(problem), doubtful) for column, problem, doubtful in content.get("p", ())
    ]
    return CheckedRow(
        line=line,
        cells=content.get("c", {}),
        values=values,
        problems=problems,
        outcome=outcome,
        subject=subject,
        changes={key: tuple(pair) for key, pair in content.get("d", {}).items()} or None,
        candidates=tuple(content.get("k", ())),
        ours=tuple(content.get("o", ())),
    )


def _worded(kind: ImportKind, row: CheckedRow) -> dict[str, str]:
    """The cells of a row whose own texts were forgotten when nothing was wrong with it yet."""
    return {key: wording(SHEETS[kind].column(key), value) for key, value in row.values.items()}
