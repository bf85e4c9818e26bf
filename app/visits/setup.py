"""Joins visits to the application: the commands of roads stand beside those of timetables; visits are called off when
a child leaves."""

from __future__ import annotations

from flask import Flask

from app.children.leaving import when_child_leaves
from app.schools.queries import provisional_years


def init_app(app: Flask) -> None:
    from app.visits.actions.calling_off import call_off
    from app.visits.documents import closed_words
    from app.visits.leaver_commands import group as leavers
    from app.visits.road_commands import group

    when_child_leaves(call_off)
    app.cli.add_command(group)
    app.cli.add_command(leavers)
    app.jinja_env.globals["provisional_years"] = provisional_years  # every page of a timetable says so
    app.jinja_env.globals["closed_words"] = closed_words  # and every page of a visit
