"""Joins the child's file to the application: the menu, the first tab, and how a child stands, over every page."""

from __future__ import annotations

from flask import Flask

from app.access import Permission
from app.children.frame import adds_tab, heads
from app.files.frame import heading_of
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under
from app.web.upward import opens


def init_app(_app: Flask) -> None:
    enters("children", N_("Children"), "files.list_children", Permission.CHILDREN_READ, place=20)
    stands_under("children", "files.")
    adds_tab("overview", N_("Overview"), "files.show_child", place=10, past=True)
    heads(heading_of)
    opens("children", "files.list_children")
    opens("child", "files.show_child", "child_id")
