"""Joins imports to the application: the menu."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under


def init_app(_app: Flask) -> None:
    enters("imports", N_("Data in"), "imports.list_imports", Permission.IMPORTS_RUN, place=90)
    stands_under("imports", "imports.")
