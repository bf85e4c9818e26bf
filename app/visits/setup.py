"""Joins visits to the application: the commands of roads stand beside those of timetables."""

from __future__ import annotations

from flask import Flask

from app.schools.queries import provisional_years


def init_app(app: Flask) -> None:
    from app.visits.road_commands import group

    app.cli.add_command(group)
    app.jinja_env.globals["provisional_years"] = provisional_years  # every page of a timetable says so
