"""Joins roads to the application: ways stand with timetables, the road service with the settings."""

from __future__ import annotations

from flask import Flask

from app.web.i18n import gettext as _
from app.web.navigation import stands_under
from app.web.upward import Link, hangs
from app.web.urls import url_for


def init_app(_app: Flask) -> None:
    stands_under("timetables", "roads.")
    stands_under("settings", "roads.edit_roads")
    hangs("settings", lambda: [Link(_("Roads"), url_for("roads.edit_roads"))])
