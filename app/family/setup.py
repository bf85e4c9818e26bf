"""Joins the family's pages to the application: the menu, a tab of the child's file, the link that a visit hands out."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.children.frame import adds_tab
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under
from app.web.upward import opens


def init_app(_app: Flask) -> None:
    enters("family", N_("My child"), "family.show_children", Permission.FAMILY_READ, place=130)
    stands_under("family", "family.")
    adds_tab("family", N_("Family"), "family.show_family_tab", place=60)
    opens("visit_link", "family.show_visit_link", "child_id")
