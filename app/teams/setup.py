"""Joins teams to the application: under which entry of the menu their pages stand."""

from __future__ import annotations

from flask import Flask

from app.web.navigation import stands_under


def init_app(_app: Flask) -> None:
    stands_under("timetables", "teams.")
    stands_under("children", "teams.edit_family")
