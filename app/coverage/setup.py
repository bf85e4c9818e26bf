"""Joins coverage to the application: the menu."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under


def init_app(_app: Flask) -> None:
    enters("coverage", N_("Coverage"), "coverage.show_coverage", Permission.COVERAGE_READ, place=80)
    stands_under("coverage", "coverage.")
