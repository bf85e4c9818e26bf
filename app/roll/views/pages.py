"""The blueprint of the roll, and what its pages share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from app.access import Pages
from app.children.frame import render_file
from app.children.queries import Child, get_child
from app.kernel.order import counted
from app.roll import queries
from app.web.filters import today
from app.web.forms import Form
from app.web.requests import note_opening

pages = Pages("roll", "app.roll.views")


def show_form(page: str, child_id: uuid.UUID, form: Form, **more: Any) -> ResponseReturnValue:
    """A form on a child's roll tab: 422 when it was refused."""
    child = get_child(g.actor, child_id)
    note_opening(child.id, page)
    status = 422 if form.is_submitted() else 200
    return render_file(f"roll/{page}.html", child, "roll", form=form, **more), status


def suggestions(child: Child) -> list:
    """Schools to choose from: those of the child's district and those of the actor's."""
    return sorted(
        {*queries.unit_schools(child.unit_id, today()), *queries.own_schools(g.actor, today())},
        key=lambda row: (counted(row.name), row.code),
    )
