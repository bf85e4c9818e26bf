"""sights have a right and an end of what they show; the unit that answers for a child has periods"""

import uuid
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEGINNING = date(1900, 1, 1)
SPACE = uuid.UUID("5b8a36d4-6d0c-4a43-9a26-0d2e0c8f9b11")
"""Ids of rows made here are made from what they stand for: the same after a way down and up."""

OVERLAP_SQLITE = [
    f"CREATE TRIGGER responsible_units_overlap_{event.lower()} BEFORE {event} ON responsible_units WHEN EXISTS (SELECT 1 "
    "FROM responsible_units o WHERE o.child_id = new.child_id AND o.id <> new.id AND (o.valid_to IS NULL OR "
    "o.valid_from < o.valid_to) AND (new.valid_to IS NULL OR new.valid_from < new.valid_to) AND (new.valid_to IS NULL OR "
    "o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) "
    "BEGIN SELECT RAISE(ABORT, 'overlap: responsible_units'); END" for event in ("INSERT", "UPDATE")
]
OVERLAP_POSTGRESQL = ("ALTER TABLE responsible_units ADD CONSTRAINT responsible_units_overlap EXCLUDE USING gist "
                      "(child_id WITH =, daterange(valid_from, valid_to) WITH &&)")

periods = sa.table("responsible_units", *(sa.column(name, sa.Uuid()) for name in (
    "id", "child_id", "unit_id", "because_id")), sa.column("town_code", sa.String()), sa.column("because", sa.String()),
    sa.column("valid_from", sa.Date()), sa.column("valid_to", sa.Date()))


def upgrade():
    op.create_table(
        "responsible_units",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False), sa.Column("town_code", sa.String(length=12)),
        sa.Column("because", sa.String(length=80), nullable=False), sa.Column("because_id", sa.Uuid()),
        sa.Column("valid_from", sa.Date(), nullable=False), sa.Column("valid_to", sa.Date()),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_responsible_units_child_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_responsible_units_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_responsible_units"))
    op.create_index("ix_responsible_units_child", "responsible_units", ["child_id", "valid_from"])
    op.create_index("ix_responsible_units_unit", "responsible_units", ["unit_id", "valid_to"])
    op.create_index("ix_responsible_units_valid_from", "responsible_units", ["valid_from"])
    check = "CONSTRAINT ck_sights_right CHECK (\"right\" IN ('read', 'write'))"
    op.execute(f"ALTER TABLE sights ADD COLUMN \"right\" VARCHAR(40) DEFAULT 'write' NOT NULL {check}")
    op.execute("ALTER TABLE sights ADD COLUMN facts_to DATE")
    op.execute("UPDATE sights SET \"right\" = 'read', facts_to = valid_from WHERE because LIKE 'past %'")
    _close_the_rest()
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(OVERLAP_POSTGRESQL)
    else:
        for statement in OVERLAP_SQLITE:
            op.execute(statement)


def downgrade():
    op.drop_table("responsible_units")
    op.drop_column("sights", "facts_to")
    op.drop_column("sights", "right")


def _close_the_rest():
    """A school that reads its own years only keeps no other way into the file that was opened before it left."""
    op.execute(
        "UPDATE sights SET valid_to = (SELECT max(p.valid_from) FROM sights p WHERE p.child_id = sights.child_id AND "
        "p.holder_id = sights.holder_id AND p.facts_to IS NOT NULL) WHERE valid_to IS NULL AND facts_to IS NULL AND "
        "because IN ('opened', 'registered by', 'placement') AND EXISTS (SELECT 1 FROM sights p WHERE "
        "p.child_id = sights.child_id AND p.holder_id = sights.holder_id AND p.facts_to IS NOT NULL AND "
        "p.valid_from >= sights.valid_from) AND NOT EXISTS (SELECT 1 FROM sights n WHERE n.child_id = sights.child_id "
        "AND n.holder_id = sights.holder_id AND n.because IN ('roll', 'attending', 'delivering') AND "
        "n.valid_to IS NULL)")


def _fill():
    """The periods of children who changed their district by a transfer: by the movements, which are frozen."""
    rows = op.get_bind().execute(sa.text(
        "SELECT m.child_id, m.id, m.effective_on, old.unit_id AS before, new.unit_id AS after, c.unit_id AS now, "
        "c.town_code FROM movements m JOIN schools new ON new.id = m.school_id "
        "JOIN schools old ON old.id = m.other_school_id JOIN children c ON c.id = m.child_id "
        "WHERE m.kind = 'transfer_in' AND new.unit_id <> old.unit_id ORDER BY m.child_id, m.effective_on, m.id"
    ).columns(child_id=sa.Uuid(), id=sa.Uuid(), effective_on=sa.Date(), before=sa.Uuid(), after=sa.Uuid(),
              now=sa.Uuid())).all()
    moves = {}
    for row in rows:
        moves.setdefault(row.child_id, []).append(row)
    made = [period for found in moves.values() for period in _periods(found)]
    if made:
        op.get_bind().execute(periods.insert(), made)


def _periods(moves):
    """One period before the first move and one after each; the last is the unit that the file names today."""
    steps = [(BEGINNING, moves[0].before, "opened", None)]
    steps += [(move.effective_on, move.after, "transfer", move.id) for move in moves]
    last = moves[-1]
    steps[-1] = (steps[-1][0], last.now, *steps[-1][2:])
    ends = [start for start, *_rest in steps[1:]] + [None]
    return [{"id": uuid.uuid5(SPACE, f"{last.child_id}|{number}"), "child_id": last.child_id, "unit_id": unit,
             "town_code": last.town_code if unit == last.now else None, "because": because, "because_id": because_id,
             "valid_from": start, "valid_to": end}
            for number, ((start, unit, because, because_id), end) in enumerate(zip(steps, ends, strict=True))]
