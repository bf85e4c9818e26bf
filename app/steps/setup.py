"""Joins steps to the application: the menu, the tick of each day."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.jobs.daily import every_day
from app.kernel.problems import N_
from app.steps.actions import tick_today
from app.web.navigation import enters, stands_under
from app.web.upward import opens


def init_app(app: Flask) -> None:
    enters("steps", N_("Deadlines"), "steps.list_all", Permission.CHILDREN_READ, place=15)
    stands_under("steps", "steps.")
    opens("steps", "steps.list_all")
    every_day(app, "steps", tick_today)
