"""Joins timetables to the application: the menu, what pages of timetables and visits may say, what teams ask."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.kernel.problems import N_
from app.schools.queries import provisional_years
from app.teams.hooks import hooks as teams
from app.web.navigation import enters, stands_under
from app.web.upward import adds, opens


def init_app(app: Flask) -> None:
    from app.timetables.plan_words import gaps_of_version
    from app.timetables.queries.moving_away import MOVES
    from app.timetables.queries.outside_times import days_outside
    from app.timetables.queries.standing import count_coming, teams_with_visits
    from app.timetables.words import closed_words

    enters("timetables", N_("Timetables"), "timetables.list_timetables", Permission.TIMETABLES_READ, place=40)
    stands_under("timetables", "timetables.")
    opens("timetables", "timetables.list_timetables")
    opens("new_timetable", "timetables.new_timetable")
    adds("plan_version", "timetables/_version_gaps.html")
    teams.coming, teams.with_visits = count_coming, teams_with_visits
    teams.days_outside = days_outside
    app.jinja_env.globals["provisional_years"] = provisional_years
    app.jinja_env.globals["closed_words"] = closed_words
    app.jinja_env.globals["moves_reason"] = MOVES
    app.jinja_env.globals["gaps_of_version"] = gaps_of_version
