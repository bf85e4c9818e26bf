"""Every column that names a school or a unit is decided: what becomes of it when the school closes or moves."""

from app.closings.facts import BY_ID, FATES, Fate
from app.db import Base


def test_every_foreign_key_to_schools_and_units_has_its_fate(app):
    keys = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in {"schools", "units"}
    }
    assert len(keys) > 30
    assert set(FATES) == keys
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert set(BY_ID) <= columns - keys


def test_the_decisions_say_why():
    for name, one in (FATES | BY_ID).items():
        assert isinstance(one.closed, Fate) and isinstance(one.moved, Fate) and len(one.why) > 7, name
