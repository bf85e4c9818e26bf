"""Figures of a timetable are read as they were kept, by this version and by those before it."""

import json
import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from app.db import db, migrations
from app.kernel.text import canonical_json
from app.teams.types import TeamLack
from app.timetables.figures import Figures, IdleTeam, LeftOutChild, LostPin
from app.timetables.models import Timetable
from app.timetables.queries.runs import find_run
from app.timetables.types import LeftOut, TeamLoad
from tests.factories import visits as make

CHILD, TEAM = uuid.UUID(int=1), uuid.UUID(int=2)
FULL = Figures(
    asked=12,
    placed=10,
    unserved=2,
    travel=340,
    team_days=6,
    children=4,
    teams=2,
    spread=120,
    iterations=4000,
    stopped=True,
    loads=(TeamLoad(team=str(TEAM), visits=10, minutes=700, travel=340, km=55, days=6),),
    left_out=(LeftOutChild(CHILD, LeftOut.NO_HOME),),
    idle_teams=(IdleTeam(TEAM, "三组", TeamLack.NO_HOURS),),
    not_skills=("轮椅",),
    wishes=(3, 4),
    bent=({"code": "SUBSTITUTE", "values": {"team": str(TEAM)}},),
    lost_pins=(LostPin(CHILD, date(2026, 11, 3), 540),),
    bound=({"code": "BEST", "values": {}},),
    failures=("search",),
)
EARLIER = {
    "placed": 3,
    "asked": 3,
    "seconds": 60,
    "then": ["2026-11", "2026-12"],
    "follows": None,
    "remedy": {"code": "MORE_HOURS", "values": {}},
    "halted": [{"code": "x", "message": "No term is entered."}],
    "left_out": [{"child": str(CHILD), "why": "no_times"}],
}


def test_figures_come_back_as_they_were_kept():
    assert Figures.read(FULL.kept()) == FULL
    canonical_json(FULL.kept())  # plain values only


def test_what_was_not_counted_stays_apart_from_zero():
    assert Figures().kept().get("unserved", "absent") == "absent"
    assert Figures.read(replace(Figures(), unserved=0).kept()).unserved == 0


def test_figures_of_an_earlier_version_are_read_and_what_is_no_figure_is_left_aside():
    read = Figures.read(EARLIER)
    assert (read.placed, read.loads, read.stopped) == (3, None, False)
    assert read.left_out == (LeftOutChild(CHILD, LeftOut.NO_TIMES),)
    assert "then" not in read.kept()


@pytest.mark.both_databases
def test_an_upgrade_moves_the_order_of_a_timetable_out_of_its_figures(app):
    with app.app_context():
        db.write()
        district = make.make_district()
        db.session.commit()
        unit = district.unit.id
        db.session.close()
        migrations.downgrade(to="0028")
        first, second = uuid.uuid4(), uuid.uuid4()
        with db.engine.begin() as connection:
            for one, figures in ((first, EARLIER), (second, EARLIER | {"follows": str(first), "after": str(first)})):
                connection.execute(
                    text(
                        "INSERT INTO timetables (id, unit_id, month, first_on, last_on, state, seed, figures,"
                        " created_by_name, created_at) VALUES (:id, :unit, '2026-10', '2026-10-01', '2026-10-31',"
                        " 'draft', 1, :figures, '向主任', '2026-09-20 01:00:00+00:00')"
                    ),
                    {"id": _id(one), "unit": _id(unit), "figures": json.dumps(figures, ensure_ascii=False)},
                )
                connection.execute(
                    text(
                        "INSERT INTO timetable_runs (id, timetable_id, seconds, relaxations, progress, shortages)"
                        " VALUES (:id, :timetable, 60, '[]', '[]', '[]')"
                    ),
                    {"id": _id(uuid.uuid4()), "timetable": _id(one)},
                )
        migrations.upgrade()
        old, run = db.session.get_one(Timetable, second), find_run(second)
        assert old.figures.placed == 3
        assert run.follows_id == run.after_id == first
        assert run.months_after == ["2026-11", "2026-12"]
        assert run.remedy == EARLIER["remedy"]
        assert run.halted == EARLIER["halted"]
        assert find_run(first).follows_id is None


def _id(one: uuid.UUID) -> str:
    return one.hex if db.is_sqlite else str(one)
