"""Joins plans to the application: the menu, a tab of the child's file, and attachments of approved versions."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.attachments.subjects import carries
from app.children.frame import adds_tab
from app.kernel.problems import N_
from app.plans.attached import bearing_of_version
from app.plans.steps import STEPS
from app.steps.kinds import registers_step
from app.web.navigation import enters, stands_under


def init_app(_app: Flask) -> None:
    enters("plans", N_("Plans"), "plans.list_plans", Permission.PLANS_READ, place=30)
    stands_under("plans", "plans.")
    carries("plan_version", N_("Version of a plan"), bearing_of_version)
    adds_tab("plan", N_("Plan"), "plans.show_plans", place=30, past=True)
    for kind in STEPS:
        registers_step(kind)
