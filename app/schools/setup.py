"""Joins schools to the application: the register and the settings in the menu."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under


def init_app(_app: Flask) -> None:
    enters("schools", N_("Schools"), "schools.list_schools", Permission.SCHOOLS_READ, place=70)
    stands_under(
        "schools",
        "schools.list",
        "schools.show_school",
        "schools.edit_school",
        "schools.new_school",
        "schools.edit_teacher",
        "schools.new_teacher",
    )
    enters("settings", N_("Settings"), "schools.show_settings", Permission.SETTINGS_WRITE, place=110)
    stands_under(
        "settings",
        "schools.show_calendar",
        "schools.edit_rule",
        "schools.edit_term",
        "schools.choose_preset",
        "schools.new_closure",
        "schools.new_make_up_day",
        "schools.import_year",
    )
