"""Joins the roll to the application: the menu, a tab of the child's file, the student number there; movements
carry attachments."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.attachments.subjects import carries
from app.children.actions import follows_disabilities, shows_number
from app.children.frame import adds_tab
from app.children.models import Child
from app.kernel.problems import N_
from app.roll.actions.deadlines import settle_disabilities
from app.roll.attached import bearing_of_movement, bearing_of_request
from app.roll.queries import list_numbers
from app.roll.steps import STEPS
from app.steps.kinds import registers_step
from app.web.navigation import enters, stands_under


def init_app(_app: Flask) -> None:
    enters("roll", N_("School roll"), "roll.list_movements", Permission.ROLL_WRITE, place=60)
    stands_under("roll", "roll.")
    adds_tab("roll", N_("School roll"), "roll.show_roll", place=50, past=True)
    shows_number("student", _student_numbers)
    carries("roll_request", N_("Request on the roll"), bearing_of_request)
    carries("movement", N_("Movement on the roll"), bearing_of_movement)
    for kind in STEPS:
        registers_step(kind)
    follows_disabilities(settle_disabilities)


def _student_numbers(child: Child) -> list[tuple[str, str]]:
    return [(child.name, number) for row in list_numbers(child.id) if row.valid_to is None and (number := row.number)]
