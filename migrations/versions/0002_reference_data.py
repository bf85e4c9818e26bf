"""reference data: divisions, managing units, calendar years, terms, the default rules"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from app.schools.reference import read_rows, row_id, unit_id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOADED_AT = datetime(2026, 11, 1, tzinfo=UTC)
RULE_SOURCE = "Assumed default; set your own"


def _table(title, /, **columns):
    return sa.table(title, sa.column("id", sa.Uuid()), *(sa.column(key, kind) for key, kind in columns.items()))


TEXT, DAY, INT, FLOAT = sa.String(), sa.Date(), sa.Integer(), sa.Float()
DIVISIONS = _table("divisions", code=TEXT, level=TEXT, name=TEXT, parent_code=TEXT, longitude=FLOAT, latitude=FLOAT,
                   valid_from=DAY, valid_to=DAY)
UNITS = _table("units", code=TEXT, name=TEXT, kind=TEXT, valid_from=DAY, valid_to=DAY)
UNIT_DIVISIONS = _table("unit_divisions", unit_id=sa.Uuid(), division_code=TEXT, valid_from=DAY, valid_to=DAY)
YEARS = _table("calendar_years", year=INT, source=TEXT, loaded_at=sa.DateTime(timezone=True))
DAYS = _table("calendar_days", unit_id=sa.Uuid(), day=DAY, kind=TEXT, acts_as=INT, name=TEXT)
TERMS = _table("terms", unit_id=sa.Uuid(), school_year=INT, number=INT, starts_on=DAY, ends_on=DAY, source=TEXT)
RULES = _table("district_rules", unit_id=sa.Uuid(), name=TEXT, value=INT, source=TEXT, valid_from=DAY, valid_to=DAY)
BASE = date(1997, 6, 18)


def _day(text):
    return date.fromisoformat(text) if text else None


def _number(text, kind=int):
    return kind(text) if text else None


def _dated(row):
    return {"valid_from": _day(row["valid_from"]), "valid_to": _day(row["valid_to"])}


def _divisions():
    return [{**row, **_dated(row), "id": row_id("division", row["code"], row["valid_from"]),
             "longitude": _number(row["longitude"], float), "latitude": _number(row["latitude"], float)}
            for row in read_rows("divisions")]


def _units():
    return [{**row, **_dated(row), "id": unit_id(row["code"])} for row in read_rows("units")]


def _unit_divisions():
    return [{"id": row_id("unit_division", row["unit_code"], row["division_code"], row["valid_from"]),
             "unit_id": unit_id(row["unit_code"]), "division_code": row["division_code"], **_dated(row)}
            for row in read_rows("unit_divisions")]


def _years():
    return [{"id": row_id("calendar_year", row["year"]), "year": int(row["year"]), "source": row["source"],
             "loaded_at": LOADED_AT} for row in read_rows("calendar_years")]


def _days(years):
    return [{"id": row_id("calendar_day", row["day"]), "unit_id": None, "day": _day(row["day"]), "kind": row["kind"],
             "acts_as": None, "name": row["name"]}
            for row in read_rows("calendar_days") if int(row["day"][:4]) in years]


def _terms():
    return [{"id": row_id("term", row["school_year"], row["number"]), "unit_id": None,
             "school_year": int(row["school_year"]), "number": int(row["number"]),
             "starts_on": _day(row["starts_on"]), "ends_on": _day(row["ends_on"]), "source": row["source"]}
            for row in read_rows("terms")]


def _rules():
    return [{"id": row_id("rule", row["name"]), "unit_id": None, "name": row["name"], "value": _number(row["value"]),
             "source": RULE_SOURCE, "valid_from": BASE, "valid_to": None} for row in read_rows("rules")]


def upgrade():
    # A row that is there already (kept by a downgrade because something hangs on it) stays as it is.
    years = _missing(YEARS, _years())
    for table, rows in ((DIVISIONS, _divisions()), (UNITS, _units()), (UNIT_DIVISIONS, _unit_divisions()),
                        (YEARS, years), (DAYS, _days({row["year"] for row in years})), (TERMS, _terms()),
                        (RULES, _rules())):
        op.bulk_insert(table, _missing(table, rows))


def _missing(table, rows):
    there = set(op.get_bind().scalars(sa.select(table.c.id)))
    return [row for row in rows if row["id"] not in there]


def downgrade():
    years = _years()
    for table, rows in ((RULES, _rules()), (TERMS, _terms()), (DAYS, _days({row["year"] for row in years})),
                        (YEARS, years), (UNIT_DIVISIONS, _unit_divisions()), (DIVISIONS, _divisions())):
        _delete(table, [row["id"] for row in rows])
    used = _used_units()
    _delete(UNITS, [row["id"] for row in _units() if row["id"] not in used])


def _delete(table, ids):
    for start in range(0, len(ids), 500):
        op.execute(table.delete().where(table.c.id.in_(ids[start:start + 500])))


def _used_units():
    """Units that children, schools or accounts hang on: they cannot go without them."""
    bind, used = op.get_bind(), set()
    inspector = sa.inspect(bind)
    for name in inspector.get_table_names():
        for key in inspector.get_foreign_keys(name):
            if key["referred_table"] == "units":
                column = sa.column(key["constrained_columns"][0], sa.Uuid())
                used |= set(bind.scalars(sa.select(column).select_from(sa.table(name)).distinct()))
    return used
