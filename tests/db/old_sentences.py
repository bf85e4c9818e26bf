"""Rows of each store with the sentences of before codes, as the version of before wrote them."""

import uuid
from datetime import UTC, date, datetime
from types import SimpleNamespace

from sqlalchemy import column, insert, select, table

from app.children.models import Child
from app.db import db
from app.db.base import Base
from app.db.bulk import as_json
from app.db.sealed import vault
from app.db.types import Json
from app.schools.models import Unit

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
PUBLISHED = "The timetable of %(month)s was published: %(count)s visits."
STANDS_IN = {
    "message": "%(child)s: team %(team)s stands in on %(date)s.",
    "values": {"child": "冉䶮", "team": "一组", "date": "2026-11-03"},
}
PROVEN = {
    "code": "BOUND_BEST",
    "message": "No visit is missing, and no plan can do it with less than %(travel)s minutes of travel.",
    "values": {"travel": 95},
}
HALTED = {
    "message": "No term is entered for %(month)s yet. Enter its first and last day; then the month can be planned.",
    "values": {"month": "2027-03"},
}
FULL = {
    "code": "CAPACITY",
    "message": "Team %(team)s has room for all visits in this plan. Make the timetable anew, or place them by hand.",
    "values": {"team": "一组"},
}
WINDOW = {
    "code": "ADD_WINDOW",
    "message": "Team %(team)s could visit %(child)s if the family were free on %(weekday)s from %(from)s to "
    "%(to)s too.",
    "values": {"team": "一组", "child": "冉䶮", "weekday": "Monday", "from": "09:00", "to": "10:00", "day": 0},
    "cost": 60,
    "demand": "x",
}
LACK = {
    "minutes": 120,
    "message": "+%(hours)s hours a week of a teacher: enough for %(children)s (%(count)s).",
    "values": {"hours": "2.0", "children": "冉䶮", "count": 1},
}
GONE = {
    "code": "asker_gone",
    "message": "The account of %(name)s, who asked for this, is disabled. "
    "Nothing was done; ask for it again with another account.",
    "values": {"name": "甲"},
}
EMPTY = {
    "code": "file_empty",
    "message": "This file is empty. Choose the file with the rows in it.",
    "severity": "error",
    "values": {},
}
SEX = {
    "code": "sex_differs",
    "message": "The sex differs from the one in the ID number. Compare both with the card.",
    "severity": "error",
    "values": {},
}
SILENT = {
    "why": "service",
    "message": "The road server did not answer with times: %(why)s.",
    "values": {"why": "it takes too long"},
}
FOREIGN = {**SILENT, "values": {"why": "Connection refused at 100%"}}
ODD = {"code": "odd", "message": "Nobody says %(what)s any more.", "values": {"what": "x"}}
FAR = {"why": "far", "place": "p", "metres": 700}


def bare(name):
    """A table; that of timetables with its figures as plain JSON."""
    found = Base.metadata.tables[name]
    if name != "timetables":
        return found
    return table(name, *(column(one.name, Json if one.name == "figures" else one.type) for one in found.columns))


def put(name, **values):
    """Write a row past the models, without the columns that came later."""
    made = {"id": uuid.uuid4(), **values}
    db.session.execute(insert(bare(name)).values(made))
    return made["id"]


def write_old():
    child, unit = (
        db.session.scalars(select(Child.id).order_by(Child.id)).first(),
        db.session.scalars(select(Unit.id)).first(),
    )
    event = {"child_id": child, "kind": "visit", "happened_on": date(2026, 11, 2), "recorded_at": NOW, "by_name": "x"}
    month = {
        "unit_id": unit,
        "first_on": date(2027, 2, 1),
        "last_on": date(2027, 2, 28),
        "seed": 1,
        "created_by_name": "x",
        "created_at": NOW,
    }
    job = {
        "kind": "timetables.solve",
        "args": {},
        "state": "failed",
        "result": {},
        "user_name": "甲",
        "created_at": NOW,
    }
    kept = SimpleNamespace(
        child=child,
        told=put("timeline_events", **event, sentence=PUBLISHED, values={"month": "2026-11", "count": "4"}),
        sheet=put("timeline_events", **event, sentence="Changed by an imported sheet.", values={}),
        person=put("timeline_events", **event, sentence="手写的一句话 100%", values={}),
        published=put(
            "timetables",
            **month,
            month="2027-02",
            state="published",
            figures={"bent": [STANDS_IN], "bound": [PROVEN], "placed": 1},
            published_by_name="x",
            published_at=NOW,
        ),
        draft=put(
            "timetables",
            **month,
            month="2027-01",
            state="draft",
            figures={"bent": [STANDS_IN], "placed": 1},
        ),
        job=put("jobs", **job, problems=[GONE, ODD]),
    )
    kept.need = put(
        "unserved_needs",
        timetable_id=kept.draft,
        child_id=child,
        service_key=uuid.uuid4(),
        missing=1,
        reasons=[FULL],
        remedies=[WINDOW],
    )
    kept.unsolved = put(
        "unserved_needs",
        timetable_id=kept.draft,
        child_id=child,
        service_key=uuid.uuid4(),
        missing=1,
        reasons=[],
        remedies=None,
    )
    kept.run = put(
        "timetable_runs",
        timetable_id=kept.draft,
        seconds=60,
        relaxations=[WINDOW],
        progress=[[1, 2, 3]],
        shortages=[LACK],
    )
    kept.order = put("timetable_orders", timetable_id=kept.draft, months_after=[], halted=[HALTED])
    variant = {"name": "x", "bent": [STANDS_IN], "unserved": [{"demand": "x", "missing": 1, "reasons": [FULL]}]}
    kept.repair = put(
        "repairs",
        unit_id=unit,
        timetable_id=kept.published,
        first_on=date(2027, 2, 2),
        state="ready",
        events=[],
        variants=[variant],
        created_by_name="x",
        created_at=NOW,
    )
    kept.roads = put(
        "road_tables",
        unit_id=unit,
        source_name="x",
        places=[],
        minutes=b"",
        walk=[],
        notes=[SILENT, FOREIGN, FAR],
        measured_by_name="x",
        measured_at=NOW,
    )
    kept.sheets = put(
        "imports",
        kind="children",
        state="refused",
        file_name="x.xlsx",
        file_hash="0" * 64,
        file_sealed=b"",
        sheets=[],
        columns=[],
        ignored_columns=[],
        counts={},
        problems=[EMPTY],
        unit_id=unit,
        created_by_name="x",
        created_at=NOW,
    )
    kept.row = uuid.uuid4()
    cells = as_json({"v": None, "c": {"name": "冉䶮"}, "p": [["sex", SEX, True]]})
    put(
        "import_rows",
        id=kept.row,
        import_id=kept.sheets,
        line=2,
        outcome="doubtful",
        label="冉䶮",
        problems=[["sex_differs", "sex"]],
        cells_sealed=vault().seal("import_rows", "cells", kept.row, cells),
    )
    return kept
