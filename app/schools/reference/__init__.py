"""Reference rows that every installation holds alike: divisions, managing units, holidays, terms, the default rules.

The CSV files beside this module are loaded by the migration 0002 and are not changed once released; what changes later
comes with a later migration. Ids are made from the codes, so that all installations agree on them.

divisions.csv: statistical codes with the day they began and ended. Codes that came before a reform stay (a child born
before it carries them), with the end of the last year in which the list held them. The code of the administrative
两江新区 of 2025-11-06 is not published yet: `LIANGJIANG_DIVISION` stands for it. Towns that moved then have a row
for before and one for after. Where the first day of a code is not recorded, it is that of the municipality, 1997-06-18.

units.csv: managing units; those of a functional zone have no code of their own in the statistical list.

unit_divisions.csv: which unit a division belongs to and when; a town's row goes before that of its district. A dead
code leads to the unit that manages its area now.
"""

from __future__ import annotations

import csv
import uuid
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LIANGJIANG_DIVISION = "50LJXQ"
LIANGJIANG, GAOXIN, WANSHENG = "liangjiang", "gaoxin", "wansheng"
_NAMESPACE = uuid.UUID("8d2b44a6-6f0f-5a44-9a35-4d5f5a2c7a11")


def row_id(kind: str, *key: object) -> uuid.UUID:
    """The lasting id of a reference row, from its kind ("unit", "division" …) and its natural key."""
    return uuid.uuid5(_NAMESPACE, "|".join([kind, *map(str, key)]))


def unit_id(code: str) -> uuid.UUID:
    """The id of the managing unit with `code` (six digits, or `LIANGJIANG`, `GAOXIN`, `WANSHENG`)."""
    return row_id("unit", code)


def read_rows(name: str) -> list[dict[str, str | None]]:
    """Return the rows of a reference file as texts, empty cells as None. `name` is without its ending."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
