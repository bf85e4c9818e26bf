"""Joins the first page to the application: the menu, and what every page below leads to."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.errors import PROGRAMS
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under
from app.web.upward import opens


def init_app(app: Flask) -> None:
    app.extensions[PROGRAMS].add("home.health")
    enters("today", N_("Today"), "home.today", Permission.SIGNED_IN, place=10)
    stands_under("today", "home.")
    opens("today", "home.today")
    opens("language", "home.switch_language")
    opens("characters", "home.find_character")
    opens("check", "home.check_paper", "code")
