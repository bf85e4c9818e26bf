"""What the database itself refuses, written for SQLite and PostgreSQL: frozen rows, overlapping
periods and chains.

The statements are frozen into a migration; this module is their source and the tests' list of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Frozen:
    """Rows that may never be changed or deleted; with `when` only rows for which this SQL on `old` holds.

    `may_set` names columns that may be filled once (from NULL), for example the end of a period; `free` such that may
    change, each with its reason in the list below.
    """

    table: str
    when: str = ""
    may_set: tuple[str, ...] = ()
    free: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoOverlap:
    """No two rows of equal `keys` with overlapping half-open [start, end); end NULL means open. `kind`: date or ts."""

    table: str
    keys: tuple[str, ...]
    start: str
    end: str
    kind: str = "date"
    where: str = ""


@dataclass(frozen=True)
class FrozenPart:
    """Rows of `table` may not be added, changed or deleted once the row of `parent` they point to is frozen."""

    table: str
    parent: str
    column: str
    when: str


@dataclass(frozen=True)
class NoChain:
    """`column` names a row of the same table that is there and names none itself, and no row names one that does."""

    table: str
    column: str


APPROVED = "state = 'approved'"

FROZEN = (
    Frozen("audit_entries"),
    Frozen("plan_versions", when="old.state = 'approved'"),
    Frozen("recommendations"),
    Frozen("opinions"),
    Frozen("decisions", may_set=("ended_on", "end_reason")),
    Frozen("placement_evidence"),
    Frozen("return_tests"),
    Frozen("movements"),
    Frozen("visit_records"),
    Frozen("visit_points"),
    Frozen("record_plans"),
    Frozen("minutes_excused"),
    Frozen("family_answers"),
    Frozen("print_logs"),
    Frozen("timetables", when="old.state = 'published'", may_set=("superseded_at",)),
    Frozen("visits", when="old.frozen", may_set=()),
    Frozen("timeline_events"),
    Frozen("transfer_answers"),
    Frozen("transfer_days", when="old.state <> 'open'"),
    Frozen("former_identities"),
    Frozen("steps", when="old.ended_on IS NOT NULL"),
    Frozen("papers", free=("bytes_sealed",)),  # sealed anew when the key is rotated; sha256 tells what it must be
    # The keys of both are sealed anew by a rotation; the file itself never changes, its hash tells.
    Frozen("stored_files", free=("key_sealed",)),
    Frozen(
        "attachments",
        may_set=("withdrawn_by_id", "withdrawn_by_name", "withdrawn_at", "withdrawal_reason"),
        free=("name_sealed",),
    ),
    Frozen("roll_states", may_set=("valid_to",)),
    # The end of what was agreed for a later day may come earlier, or not at all when it is taken back.
    Frozen("memberships", free=("valid_to",)),
    Frozen("sights", free=("valid_to",)),
    Frozen("responsible_units", free=("valid_to",)),
    # Whose file is whose second one, for life; how it was undone is filled in, the sealing key is rotated.
    Frozen(
        "file_merges",
        may_set=("undone_on", "undone_at", "undone_by_id", "undone_by_name", "undone_reason"),
        free=("snapshot_sealed",),
    ),
    # Whose guardian somebody is, from when and until when; words about it are corrected, access is given and taken.
    Frozen("guardianships", may_set=("valid_to",), free=("position", "relation", "is_guardian", "may_see")),
)
PARTS = tuple(
    FrozenPart(table, "plan_versions", "version_id", APPROVED)
    for table in ("plan_sections", "plan_goals", "plan_objectives", "plan_services")
)
OVERLAPS = (
    NoOverlap(table="plan_forces", keys=("child_id",), start="valid_from", end="valid_to"),
    NoOverlap(table="decisions", keys=("child_id",), start="valid_from", end="ended_on"),
    NoOverlap(table="memberships", keys=("child_id", "link"), start="valid_from", end="valid_to"),
    NoOverlap(table="roll_states", keys=("child_id",), start="valid_from", end="valid_to"),
    NoOverlap(table="responsible_units", keys=("child_id",), start="valid_from", end="valid_to"),
    NoOverlap(table="bookings", keys=("holder_id",), start="starts_at", end="ends_at", kind="ts"),
)
CHAINS = (NoChain("children", "merged_into"),)


def statements(dialect: str) -> list[str]:
    """Return the DDL of all guards for "sqlite" or "postgresql"."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return make()


def drop_statements(dialect: str) -> list[str]:
    """Return the DDL that removes them again (needed before the tables go)."""
    if dialect == "sqlite":
        return []  # triggers go with their tables
    names = ("yian_frozen", "yian_part_frozen", "yian_chain")
    return [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in names]


def _sqlite() -> list[str]:
    made = []
    for guard in FROZEN:
        when = f"WHEN {guard.when} " if guard.when else ""
        raise_ = f"SELECT RAISE(ABORT, 'frozen: {guard.table}');"
        made.append(f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table} {when}BEGIN {raise_} END")
        if guard.may_set or guard.free:
            rest = _sqlite_rest(guard)
            both = f"({guard.when}) AND ({rest})" if guard.when else rest
            made.append(
                f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table} WHEN {both} BEGIN {raise_} END"
            )
        else:
            made.append(
                f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table} {when}BEGIN {raise_} END"
            )
    for part in PARTS:
        for event, row in (("INSERT", "new"), ("UPDATE", "old"), ("DELETE", "old")):
            made.append(
                f"CREATE TRIGGER {part.table}_no_{event.lower()} BEFORE {event} ON {part.table} WHEN EXISTS "
                f"(SELECT 1 FROM {part.parent} p WHERE p.id = {row}.{part.column} AND p.{part.when}) "
                f"BEGIN SELECT RAISE(ABORT, 'frozen: {part.table}'); END"
            )
    for overlap in OVERLAPS:
        made += [_sqlite_overlap(overlap, event) for event in ("INSERT", "UPDATE")]
    for chain in CHAINS:
        made += [_sqlite_chain(chain, event) for event in ("INSERT", f"UPDATE OF {chain.column}")]
    return made


def _sqlite_rest(guard: Frozen) -> str:
    """SQL that is true when anything but a first filling of the `may_set` columns happens."""
    from app.db.base import Base

    table = Base.metadata.tables[guard.table]
    tests = [f"(old.{name} IS NOT NULL AND old.{name} IS NOT new.{name})" for name in guard.may_set]
    tests += [
        f'old."{c.name}" IS NOT new."{c.name}"' if guard.free else f"old.{c.name} IS NOT new.{c.name}"
        for c in table.columns
        if c.name not in {*guard.may_set, *guard.free}
    ]
    return " OR ".join(tests)


def _sqlite_overlap(guard: NoOverlap, event: str) -> str:
    same = " AND ".join(f"o.{key} = new.{key}" for key in guard.keys)
    where = f" AND {guard.where}" if guard.where else ""
    return (
        f"CREATE TRIGGER {guard.table}_overlap_{event.lower()} BEFORE {event} ON {guard.table} WHEN EXISTS (SELECT 1 "
        f"FROM {guard.table} o WHERE {same} AND o.id <> new.id{where} AND (o.{guard.end} IS NULL OR o.{guard.start} < "
        f"o.{guard.end}) AND (new.{guard.end} IS NULL OR new.{guard.start} < new.{guard.end}) "
        f"AND (new.{guard.end} IS NULL OR "
        f"o.{guard.start} < new.{guard.end}) AND (o.{guard.end} IS NULL OR new.{guard.start} < o.{guard.end})) "
        f"BEGIN SELECT RAISE(ABORT, 'overlap: {guard.table}'); END"
    )


def _sqlite_chain(guard: NoChain, event: str) -> str:
    table, column = guard.table, guard.column
    return (
        f"CREATE TRIGGER {table}_chain_{event.split()[0].lower()} BEFORE {event} ON {table} "
        f"WHEN new.{column} IS NOT NULL AND (new.{column} = new.id "
        f"OR NOT EXISTS (SELECT 1 FROM {table} o WHERE o.id = new.{column} AND o.{column} IS NULL) "
        f"OR EXISTS (SELECT 1 FROM {table} o WHERE o.{column} = new.id)) "
        f"BEGIN SELECT RAISE(ABORT, 'chain: {table}'); END"
    )


def _postgresql_chain(guard: NoChain) -> list[str]:
    """The named row is locked, so that two who name each other's at once do not both get through."""
    table, column = guard.table, guard.column
    return [
        f"CREATE FUNCTION yian_chain() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE there boolean; BEGIN "
        f"SELECT o.{column} IS NULL INTO there FROM {table} o WHERE o.id = NEW.{column} FOR UPDATE; "
        f"IF NEW.{column} = NEW.id OR there IS NOT TRUE "
        f"OR EXISTS (SELECT 1 FROM {table} o WHERE o.{column} = NEW.id) THEN "
        f"RAISE EXCEPTION 'chain: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_chain BEFORE INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW "
        f"WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION yian_chain()",
    ]


def _postgresql() -> list[str]:
    made = [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "CREATE FUNCTION yian_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE a jsonb; b jsonb; k text; BEGIN "
        "IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN a := to_jsonb(OLD); b := to_jsonb(NEW); "
        "FOREACH k IN ARRAY TG_ARGV LOOP IF left(k, 1) = '=' THEN a := a - substr(k, 2); b := b - substr(k, 2); "
        "ELSIF a->k = 'null'::jsonb THEN a := a - k; b := b - k; END IF; END LOOP; "
        "IF a = b THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE FUNCTION yian_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE v uuid; BEGIN "
        "v := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END; "
        "IF EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = v AND p.state = 'approved') THEN "
        "RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END $$",
    ]
    for guard in FROZEN:
        when = f"WHEN ({guard.when}) " if guard.when else ""
        args = ", ".join(f"'{name}'" for name in (*guard.may_set, *(f"={name}" for name in guard.free)))
        made.append(
            f"CREATE TRIGGER {guard.table}_frozen BEFORE UPDATE OR DELETE ON {guard.table} FOR EACH ROW "
            f"{when}EXECUTE FUNCTION yian_frozen({args})"
        )
        made.append(
            f"CREATE TRIGGER {guard.table}_no_truncate BEFORE TRUNCATE ON {guard.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()"
        )
    for part in PARTS:
        made.append(
            f"CREATE TRIGGER {part.table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {part.table} "
            f"FOR EACH ROW EXECUTE FUNCTION yian_part_frozen()"
        )
    for overlap in OVERLAPS:
        made.append(_postgresql_overlap(overlap))
    for chain in CHAINS:
        made += _postgresql_chain(chain)
    return made


def _postgresql_overlap(guard: NoOverlap) -> str:
    keys = ", ".join(f"{key} WITH =" for key in guard.keys)
    span = {"date": "daterange", "ts": "tsrange"}[guard.kind]
    where = f" WHERE ({guard.where})" if guard.where else ""
    return (
        f"ALTER TABLE {guard.table} ADD CONSTRAINT {guard.table}_overlap EXCLUDE USING gist "
        f"({keys}, {span}({guard.start}, {guard.end}) WITH &&){where}"
    )
