"""A child's versions, and one version to read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.aliases import file_of
from app.children.former_identities import known_as
from app.children.frame import render_file
from app.children.queries import known_before, read_child
from app.children.sight import may_write
from app.plans import actions
from app.plans.documents import plan_text
from app.plans.queries import (
    KnownForce,
    PlanForce,
    as_of,
    find_force,
    force_before,
    force_of,
    list_versions,
    read_version,
    standing_on,
)
from app.plans.types import Standing, VersionState
from app.plans.views.pages import pages
from app.web.requests import note_opening

TAGS = {
    Standing.VALID: "ok",
    Standing.LATER: "note",
    Standing.SUBMITTED: "wait",
    Standing.DRAFT: "",
    Standing.SUPERSEDED: "",
    Standing.UNKNOWN: "bad",
}


@dataclass(frozen=True)
class Work:
    """The version that is written or read, and whether the actor may withdraw it."""

    version: Any
    withdraw: bool


@pages.get("/children/<uuid:child_id>/plans", needs=Permission.PLANS_READ)
def show_plans(child_id: uuid.UUID) -> ResponseReturnValue:
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "plans")
    rows = [
        (version, known, standing_on(version, known, as_of(until)))
        for version, force in list_versions(child.id)
        if until is None or version.approved_at and known_before(version.approved_at, until)
        for known in [force_before(force, until)]
    ]
    work = next((v for v, _f, _s in rows if v.state != VersionState.APPROVED and v.child_id == child.id), None)
    return render_file(
        "plans/show_plans.html",
        child,
        "plan",
        until=until,
        rows=rows,
        tags=TAGS,
        work=work and Work(work, not actions.withdrawal_problems(g.actor, work)),
        valid=next(((v, f) for v, f, s in rows if s == Standing.VALID), None),
    )


@pages.get("/plans/<uuid:version_id>", needs=Permission.PLANS_READ)
def show_version(version_id: uuid.UUID) -> ResponseReturnValue:
    version, until = read_version(g.actor, version_id)
    return version_page(version)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Where the version stands on the day it is read."""

    force: PlanForce | KnownForce | None
    standing: Standing
    tag_kind: str
    until: date | None


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the actor may do with it."""

    may_write: bool
    may_approve: bool


def version_page(version: Any, status: int = 200, problems: Sequence[Any] = ()) -> ResponseReturnValue:
    """The page of a version with its status; `problems` say why what was asked for was not done."""
    child, until = read_child(g.actor, file_of(version.child_id))
    note_opening(child.id, "plan")
    force = force_before(force_of(child.id, version, find_force(version.id)), until)
    standing = standing_on(version, force, as_of(until))
    return render_template(
        "plans/show_version.html",
        version=version,
        child=known_as(child, until) if until else child,
        plan=plan_text(version),
        submitted=actions.submission_of(version),
        problems=problems,
        held=Held(force=force, standing=standing, tag_kind=TAGS[standing], until=until),
        rights=Rights(
            may_write=until is None and may_write(g.actor, child),
            may_approve=until is None and actions.may_approve(g.actor, version),
        ),
    ), status
