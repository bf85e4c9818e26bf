"""Joins visits to the application: a teacher's week in the menu, and a tab of the child's file."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.children.frame import adds_tab
from app.kernel.problems import N_
from app.steps.kinds import registers_step
from app.visits.steps import STEPS
from app.web.navigation import enters, stands_under
from app.web.upward import opens


def init_app(_app: Flask) -> None:
    enters("my_week", N_("My week"), "visits.my_week", Permission.VISITS_RECORD, place=50)
    stands_under("my_week", "visits.my_", "visits.record_", "visits.miss_")
    stands_under("timetables", "visits.")
    adds_tab("visits", N_("Visits"), "visits.show_child_visits", place=40, past=True)
    stands_under("children", "visits.show_child")
    opens("visits_of", "visits.show_child_visits", "child_id")
    opens("packet", "visits.print_packet", "team_id")
    opens("routes", "visits.print_routes", "team_id")
    opens("claims", "visits.list_claims")
    for kind in STEPS:
        registers_step(kind)
    opens("attendance", "visits.show_attendance")
