"""Joins visits to the application: the commands of roads stand beside those of timetables."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.visits.road_commands import group

    app.cli.add_command(group)
