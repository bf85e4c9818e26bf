"""The list of movements: what waits for me first, then what happened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.names import mask_name
from app.roll import queries
from app.roll.forms import FilterForm
from app.roll.queries.days import ProposedDay
from app.roll.queries.under_way import AgreedTransfer, OpenTransfer
from app.roll.views.pages import pages
from app.web.filters import Once, day, label, today
from app.web.paging import asked_page
from app.web.urls import addresses


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for somebody, before what happened."""

    requests: Sequence
    transfers: Sequence[OpenTransfer]
    clocks: Mapping[uuid.UUID, str]
    names: Mapping[uuid.UUID, str]
    agreed: Sequence[AgreedTransfer]
    undone: Sequence
    days: Sequence[ProposedDay]
    ending: Sequence


@pages.get("/roll", needs=Permission.ROLL_WRITE)
def list_movements() -> ResponseReturnValue:
    form = FilterForm(request.args)
    valid = form.validate()
    filters = (
        queries.MovementFilters(form.kind.data, form.since.data, form.q.data or "")
        if valid
        else queries.MovementFilters()
    )
    rows, page = queries.list_movements(g.actor, filters, asked_page)
    requests = queries.list_requests(g.actor)
    transfers, agreed = queries.list_under_way(g.actor)
    kinds, days, address = Once(label), Once(day), addresses("roll.show_roll", "child_id")
    lines = [
        (address(child_id), days[on], name, kinds[kind], school or "", reason, by)
        for child_id, kind, on, reason, by, school, name in rows
    ]
    return render_template(
        "roll/list_movements.html",
        form=form,
        lines=lines,
        page=page,
        filtered=filters != queries.MovementFilters(),
        mask_name=mask_name,
        waiting=Waiting(
            requests=[(row, queries.waits_for(g.actor, row)) for row in requests],
            transfers=transfers,
            clocks=queries.clocks_of(transfers, today()),
            names={row.id: row.name if row.seen else mask_name(row.name) for row in transfers},
            agreed=agreed,
            undone=queries.list_undone(g.actor, today()),
            days=queries.list_days(g.actor, today()),
            ending=queries.list_ending(g.actor, today()),
        ),
    )
