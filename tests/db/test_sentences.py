"""A database of before codes: its sentences come up with their Chinese, and what is frozen is not touched."""

import json
from datetime import date
from gettext import GNUTranslations

import pytest
from sqlalchemy import select, text

from app.children.models import Child, TimelineEvent
from app.children.timeline import line_of
from app.db import db, migrations
from app.db.sealed import vault
from app.demo.build import Scale, build
from app.imports import packing
from app.imports.types import ImportKind, RowOutcome
from app.kernel import sentences
from app.kernel.problems import from_stored
from app.routing import say_stored
from app.schools.models import Unit
from app.translations.build import MO
from tests.db.old_sentences import (
    EMPTY,
    FAR,
    FOREIGN,
    FULL,
    GONE,
    HALTED,
    LACK,
    NOW,
    ODD,
    PROVEN,
    PUBLISHED,
    SILENT,
    STANDS_IN,
    WINDOW,
    bare,
    put,
    write_old,
)
from tests.support.contents import rows

BEFORE, AFTER = "0029", "0030"


@pytest.fixture
def chinese():
    with MO.open("rb") as stream:
        return GNUTranslations(stream).gettext


@pytest.fixture
def old(app):
    """A small demo in the form of before, with a row of each store as the version of before wrote it."""
    with app.app_context():
        build(Scale(60, 12, 1, 4, 1, whole=False), seed=7, on=date(2026, 11, 23))
        db.session.commit()
    migrations.downgrade(app, BEFORE)
    with app.app_context():
        db.write()
        db.session.execute(text("ALTER TABLE timeline_events DROP COLUMN code"))
        kept = write_old()
        db.session.commit()
    return kept


def frozen():
    """A hash of each table that a trigger freezes as a whole, and of each published timetable and line of before."""
    with db.engine.connect() as connection:
        hashes = rows(connection)
        names = "id, child_id, kind, happened_on, recorded_at, sentence, subject_id, by_name"
        lines = connection.execute(text(f"SELECT {names} FROM timeline_events ORDER BY id")).all()
        months = connection.execute(text("SELECT * FROM timetables WHERE state = 'published' ORDER BY id")).all()
    same = {
        name: hashes[name]
        for name in (
            "audit_entries",
            "plan_versions",
            "decisions",
            "movements",
            "visits",
            "visit_records",
            "family_answers",
            "papers",
        )
    }
    return same | {"timeline_events": repr(lines), "timetables": repr(months)}


def stored(name, key, field):
    found = bare(name)
    return db.session.scalar(select(found.c[field]).where(found.c.id == key))


@pytest.mark.both_databases
def test_old_sentences_keep_their_chinese_and_frozen_rows_their_bytes(app, old, chinese):
    with app.app_context():
        before = frozen()
    migrations.upgrade(app, AFTER)
    with app.app_context():
        assert frozen() == before
        lines = {
            event.id: line_of(event.code, event.sentence, event.values).text(chinese)
            for event in db.session.scalars(select(TimelineEvent))
        }
        assert lines[old.told] == "2026-11 送教课表已发布：共 4 次。"
        assert lines[old.sheet] == "通过表格导入修改。"
        assert lines.pop(old.person) == "手写的一句话 100%"
        assert all(any("一" <= sign <= "龥" for sign in line) for line in lines.values())
        figures = stored("timetables", old.published, "figures")
        assert figures == {"bent": [STANDS_IN], "bound": [PROVEN], "placed": 1}
        assert [say_stored(one, chinese) for one in figures["bound"]] == [
            "送教全部排入，且已证明：路途不可能少于 95 分钟。"
        ]
        assert "一组" in say_stored(figures["bent"][0], chinese) != say_stored(figures["bent"][0])
        assert no_english(chinese, lines[old.told], *(say_stored(one, chinese) for one in figures["bent"]))


def no_english(chinese, *texts):
    return all(not any("a" <= sign <= "z" for sign in text) for text in texts)


@pytest.mark.both_databases
def test_rows_that_are_not_frozen_get_their_codes(app, old, chinese):
    migrations.upgrade(app, AFTER)
    with app.app_context():
        bent = {"said": "bent.substitute", "values": STANDS_IN["values"]}
        full = {"code": "CAPACITY", "said": "reason.room", "values": FULL["values"]}
        weekday = {"code": "weekday", "said": "weekday.monday", "values": {}}
        window = {**WINDOW, "said": "remedy.add_window", "values": {**WINDOW["values"], "weekday": weekday}}
        del window["message"]
        assert stored("timetables", old.draft, "figures") == {
            "bent": [bent],
            "placed": 1,
        }
        assert stored("timetable_orders", old.order, "halted") == [
            {"said": "no_term_entered", "values": HALTED["values"]}
        ]
        assert stored("unserved_needs", old.need, "reasons") == [full]
        assert stored("unserved_needs", old.need, "remedies") == [window]
        assert stored("unserved_needs", old.unsolved, "remedies") is None
        assert stored("timetable_runs", old.run, "relaxations") == [window]
        assert stored("timetable_runs", old.run, "shortages") == [
            {"minutes": 120, "said": "lack.of_any", "values": LACK["values"]}
        ]
        assert stored("repairs", old.repair, "variants") == [
            {"name": "x", "bent": [bent], "unserved": [{"demand": "x", "missing": 1, "reasons": [full]}]}
        ]
        assert stored("jobs", old.job, "problems") == [{"code": "asker_gone", "values": {"name": "甲"}}, ODD]
        assert stored("imports", old.sheets, "problems") == [{"code": "file_empty", "values": {}}]
        silent = {"code": "why", "said": "silent.long", "values": {}}
        assert stored("road_tables", old.roads, "notes") == [
            {"why": "service", "said": "service_silent", "values": {"why": silent}},
            {"why": "service", "said": "service_silent", "values": FOREIGN["values"]},
            FAR,
        ]
        notes = [from_stored(one).text(chinese) for one in stored("road_tables", old.roads, "notes")[:2]]
        assert no_english(chinese, notes[0]) and "Connection refused at 100%" in notes[1]
        assert "星期一" in say_stored(window, chinese)
        assert no_english(chinese, *(say_stored(one, chinese) for one in (window, full, bent)))
        cells = json.loads(
            vault().open("import_rows", "cells", old.row, stored("import_rows", old.row, "cells_sealed"))
        )
        assert cells["p"] == [["sex", {"code": "sex_differs", "said": "sex_differs.once", "values": {}}, True]]
        row = packing.unpack(ImportKind.CHILDREN, 2, RowOutcome.DOUBTFUL, None, json.dumps(cells))
        assert row.problems[0].problem.text(chinese) == "性别与身份证号不一致，请对照证件核实。"


@pytest.mark.both_databases
def test_no_row_of_the_demo_keeps_english(app, old):
    migrations.upgrade(app, AFTER)
    with app.app_context():
        for name, fields in {
            "unserved_needs": ("reasons", "remedies"),
            "timetable_runs": ("relaxations", "shortages"),
        }.items():
            for field in fields:
                for value in db.session.scalars(select(bare(name).c[field])):
                    assert all("message" not in one for one in value or ()), (name, field, value)


@pytest.mark.both_databases
def test_the_earlier_version_reads_what_comes_down_and_the_way_up_gives_the_codes_back(app, old):
    migrations.upgrade(app, AFTER)
    with app.app_context():
        db.write()
        event = put(
            "timeline_events",
            child_id=old.child,
            kind="visit",
            happened_on=date(2026, 11, 3),
            recorded_at=NOW,
            by_name="x",
            code="told.timetable_published",
            sentence="",
            values={"month": "2026-12", "count": "1"},
        )
        figures = {"bent": [{"code": "SUBSTITUTE", "said": "bent.substitute", "values": STANDS_IN["values"]}]}
        month = put(
            "timetables",
            unit_id=db.session.scalars(select(Unit.id)).first(),
            month="2027-04",
            first_on=date(2027, 4, 1),
            last_on=date(2027, 4, 30),
            state="published",
            seed=1,
            figures=figures,
            created_by_name="x",
            created_at=NOW,
        )
        db.session.commit()
        with db.engine.connect() as connection:
            before = rows(connection)
    migrations.downgrade(app, BEFORE)
    with app.app_context():
        assert stored("timeline_events", event, "sentence") == PUBLISHED
        [bent] = stored("timetables", month, "figures")["bent"]
        assert bent["message"] % bent["values"] == STANDS_IN["message"] % STANDS_IN["values"]
        [remedy] = stored("unserved_needs", old.need, "remedies")
        assert (remedy["message"], remedy["values"]) == (WINDOW["message"], WINDOW["values"])
        [problem, odd] = stored("jobs", old.job, "problems")
        assert problem["message"] == GONE["message"] and odd["message"] == ODD["message"]
        [problem] = stored("imports", old.sheets, "problems")
        assert {name: problem[name] for name in EMPTY} == EMPTY
        assert stored("road_tables", old.roads, "notes")[0]["values"] == SILENT["values"]
        with pytest.raises(Exception, match="frozen: timeline_events"):
            db.session.execute(text("UPDATE timeline_events SET sentence = 'y'"))
        db.session.rollback()
        with pytest.raises(Exception, match="frozen: timetables"):
            db.session.execute(text("UPDATE timetables SET seed = 9 WHERE state = 'published'"))
        db.session.rollback()
    migrations.upgrade(app, AFTER)
    with app.app_context(), db.engine.connect() as connection:
        after = rows(connection)
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {"import_rows"}  # sealed anew


def test_a_sentence_worded_anew_keeps_its_chinese_in_old_rows(app, old, sign_in, client, monkeypatch):
    migrations.upgrade(app)
    monkeypatch.setitem(sentences.sentences(), "told.timetable_published", "The safety card was changed.")
    with app.app_context():
        unit = db.session.scalar(select(Child.unit_id).where(Child.id == old.child))
    sign_in("district_coordinator", unit_id=unit, language="zh_Hans")
    page = client.get(f"/children/{old.child}").get_data(as_text=True)
    assert "安全提示有变更" in page and "手写的一句话 100%" in page
    assert "was published" not in page and "送教课表已发布" not in page
