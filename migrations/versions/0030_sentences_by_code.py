"""sentences are kept by code and values; rows that are frozen stay as they are and are read in their former form"""

import json
from contextlib import contextmanager
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.db.bulk import as_json
from app.db.sealed import vault
from app.kernel.sentences import former, sentence_of

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# Columns with problems among what they hold; the lists of them by the keys that lead there ("*": each of a list).
COLUMNS = {
    "unserved_needs": {"reasons": [()], "remedies": [()]},
    "timetable_runs": {"relaxations": [()], "shortages": [()]},
    "timetable_orders": {"halted": [()]},
    "timetables": {"figures": [("bent",), ("bound",), ("halted",)]},
    "repairs": {"variants": [("*", "bent"), ("*", "unserved", "*", "reasons")]},
    "jobs": {"problems": [()]},
    "imports": {"problems": [()]},
    "road_tables": {"notes": [()]},
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PAGE = 1000


def upgrade():
    """Known sentences get their code; a text that is not known stays and is shown as it is. Rows that a trigger freezes
    are read in their former form (app/kernel/former.json); only those that came down from this form get it back."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("timeline_events")}
    if "code" not in columns:
        op.add_column("timeline_events", sa.Column("code", sa.String(length=80), nullable=True))
    else:
        with thawed("timeline_events"):
            op.execute("UPDATE timeline_events SET sentence = '' WHERE code IS NOT NULL")
    for table in COLUMNS:
        change_rows(table, coded, ("state <> 'published'" if table == "timetables" else "1 = 1"))
    with thawed("timetables"):
        change_rows("timetables", lambda one: coded(one) if "said" in one and "message" in one else one,
                    "state = 'published'")
    change_cells(coded)


def downgrade():
    """The English words beside the codes, for the earlier version. The codes stay, so that the way up finds them: it
    does not look at them."""
    bind = op.get_bind()
    with thawed("timeline_events"):
        codes = bind.scalars(sa.text("SELECT DISTINCT code FROM timeline_events WHERE code IS NOT NULL")).all()
        for code in codes:
            bind.execute(sa.text("UPDATE timeline_events SET sentence = :words WHERE code = :code"),
                         {"words": words_of(code), "code": code})
    for table in COLUMNS:
        with thawed(table if table == "timetables" else None):
            change_rows(table, worded, "1 = 1")
    change_cells(worded)


def coded(one):
    """A problem by its code. One that came down from this form has both: its code is the one it had."""
    code, text = one.get("code"), one.get("message")
    if text is None:
        return one
    codes = former().get(text, "").split()
    said = one.get("said") or (code if code in codes else next(iter(codes), None))
    if said is None:
        return one
    made = {}
    for name, value in one.items():
        if name == "values":
            made["values"] = values_of(one, coded)
        elif name == "message":
            made |= {"said": said} if said != code and "said" not in one else {}
        elif (name, value) not in {("said", code), ("severity", "error")}:
            made[name] = value
    return made


def worded(one):
    """A problem with its English words too, and its severity; what has no code is the words already."""
    if "values" not in one or "message" in one:
        return one
    said = one.get("said") or one.get("code")
    made = {}
    for name, value in one.items():
        if name == "values":
            made.setdefault("said", said)
            made["message"] = words_of(said)
            made.setdefault("severity", "error")
            made["values"] = values_of(one, worded)
        else:
            made[name] = value
    return made


def values_of(one, change):
    """Values with the problems among them; words that stood as text are problems now."""
    values = {}
    for name, value in one["values"].items():
        if isinstance(value, dict):
            value = change(value)
            if change is worded and name in {"weekday", "why"}:
                value = value["message"].replace("%%", "%")
        elif change is coded and isinstance(value, str):
            if name == "weekday" and value in WEEKDAYS:
                value = {"code": "weekday", "said": f"weekday.{value.lower()}", "values": {}}
            elif name == "why" and (said := plain(value)):
                value = {"code": "why", "said": said, "values": {}}
        values[name] = value
    return values


def plain(text):
    """The code of words that stood as text among the values."""
    if text in WEEKDAYS:
        return f"weekday.{text.lower()}"
    return next((code for code in former().get(text, "").split() if code.startswith("silent.")), None)


@cache
def words_of(code):
    """What the earlier version said, else what this one says."""
    return next((text for text, codes in former().items() if code in codes.split()), None) or sentence_of(code) or code


def at(value, path, change):
    """The value with each problem at the end of a path changed."""
    if not path:
        return [change(one) for one in value] if isinstance(value, list) else value
    if path[0] == "*":
        return [at(one, path[1:], change) for one in value] if isinstance(value, list) else value
    if not isinstance(value, dict) or value.get(path[0]) is None:
        return value
    return {**value, path[0]: at(value[path[0]], path[1:], change)}


def change_rows(table, change, where):
    """Change the problems of a table, a thousand rows at a time."""
    bind, names = op.get_bind(), list(COLUMNS[table])
    cast = "::text" if bind.dialect.name == "postgresql" else ""
    back = "CAST(:{0} AS jsonb)" if bind.dialect.name == "postgresql" else ":{0}"
    chosen = ", ".join(f"{name}{cast} AS {name}" for name in names)
    query = sa.text(f"SELECT id, {chosen} FROM {table} WHERE {where} AND id > :last ORDER BY id LIMIT {PAGE}")
    write = sa.text(f"UPDATE {table} SET {', '.join(f'{name} = {back.format(name)}' for name in names)} WHERE id = :id")
    query = query.bindparams(sa.bindparam("last", type_=sa.Uuid())).columns(id=sa.Uuid())
    write = write.bindparams(sa.bindparam("id", type_=sa.Uuid()))
    for page in pages(query):
        changed = []
        for row in page:
            made = {name: rewritten(getattr(row, name), COLUMNS[table][name], change) for name in names}
            if any(made[name] != getattr(row, name) for name in names):
                changed.append(made | {"id": row.id})
        if changed:
            bind.execute(write, changed)


def rewritten(text, paths, change):
    """A column's JSON with its problems changed, written the way it was written."""
    if text is None:
        return None
    value = made = json.loads(text)
    for path in paths:
        made = at(made, path, change)
    return text if made == value else as_json(made) if as_json(value) == text else json.dumps(made)


def change_cells(change):
    """The problems in the sealed cells of imported rows."""
    rows = sa.table("import_rows", sa.column("id", sa.Uuid()), sa.column("problems", sa.JSON()),
                    sa.column("cells_sealed", sa.LargeBinary()))
    query = (sa.select(rows.c.id, sa.cast(rows.c.problems, sa.Text()).label("problems"), rows.c.cells_sealed)
             .where(rows.c.id > sa.bindparam("last", type_=sa.Uuid())).order_by(rows.c.id).limit(PAGE))
    for page in pages(query):
        for row in page:
            if row.problems in ("[]", "null", None):
                continue
            content = json.loads(vault().open("import_rows", "cells", row.id, row.cells_sealed))
            made = [[column, change(problem), *rest] for column, problem, *rest in content.get("p", ())]
            if made and made != content["p"]:
                sealed = vault().seal("import_rows", "cells", row.id, as_json({**content, "p": made}))
                op.get_bind().execute(rows.update().where(rows.c.id == row.id).values(cells_sealed=sealed))


def pages(query):
    """The rows of a query with :last, in the order of their ids."""
    last = UUID(int=0)
    while page := op.get_bind().execute(query, {"last": last}).all():
        yield page
        last = page[-1].id


@contextmanager
def thawed(table):
    """While the rows of a table change their form and nothing of what they say."""
    bind = op.get_bind()
    if table is None:
        yield
    elif bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_frozen")
        yield
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_frozen")
    else:
        name = f"{table}_no_update"
        made = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"),
                           {"name": name})
        op.execute(f"DROP TRIGGER {name}")
        yield
        bind.exec_driver_sql(made)
