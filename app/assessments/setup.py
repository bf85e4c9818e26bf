"""Joins assessments to the application: a tab of the child's file."""

from __future__ import annotations

from flask import Flask

from app.children.frame import adds_tab
from app.kernel.problems import N_
from app.web.navigation import stands_under


def init_app(_app: Flask) -> None:
    adds_tab("assessment", N_("Assessment and placement"), "assessments.list_assessments", place=20, past=True)
    stands_under("children", "assessments.")
