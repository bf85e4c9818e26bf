"""Joins closings to the application: the ways on from a school's page, and what the forms and sheets of schools ask."""

from __future__ import annotations

from flask import Flask

from app.closings.queries.gone import went_to
from app.closings.queries.held import closing_problems, kind_problems, leaving_problems
from app.closings.queries.present import is_over
from app.schools.hooks import hooks as schools
from app.schools.models import School
from app.web.i18n import gettext as _
from app.web.navigation import stands_under
from app.web.upward import Link, hangs
from app.web.urls import url_for


def init_app(_app: Flask) -> None:
    stands_under("schools", "closings.")
    hangs("school", _ways_of_a_school)
    schools.gone = went_to
    schools.closing, schools.kind, schools.leaving = closing_problems, kind_problems, leaving_problems


def _ways_of_a_school(school: School) -> list[Link]:
    """What an editor of a school may do with it and its pupils together; a closed one has no way on, but those left at
    it can still go over."""
    close = Link(_("Close or merge"), url_for("closings.close_with_pupils", school_id=school.id), "slight")
    if is_over(school):
        return []
    if school.closed_on:
        return [close]
    return [Link(_("Move to another unit"), url_for("closings.move_to_unit", school_id=school.id), "slight"), close]
