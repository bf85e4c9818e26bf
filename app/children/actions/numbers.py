"""Showing a number in full: with a stated purpose, written to the trail."""

from __future__ import annotations

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.queries import get_child, list_disabilities, list_guardianships
from app.children.standing import table
from app.db import audit, db, vault
from app.errors import NotFound
from app.kernel.problems import N_, Problem, refuse_if

KINDS = ("document", "student", "certificate", "phone", "address")
SHORTEST_PURPOSE = 4


def reveal(actor: Actor, child: Child, kind: str, purpose: str) -> list[tuple[str, str]]:
    """Return (whose, number in full) of a child loaded in sight, and write who, what and why to the trail.

    `kind` is one of KINDS; another kind, or one the file does not have, is NotFound. Raises Refused without a purpose
    of at least four characters.
    """
    require(actor, Permission.CHILDREN_REVEAL)
    get_child(actor, child.id)  # a former holder reads its own years, no number in full
    if kind not in KINDS:
        raise NotFound
    refuse_if(purpose_problems(purpose))
    shown = _numbers(child, kind)
    if not shown:
        raise NotFound
    audit.record(actor, "reveal", "child", child.id, child_id=child.id, what=kind, purpose=purpose.strip()[:300])
    return shown


def purpose_problems(purpose: str) -> list[Problem]:
    """What a purpose lacks that is written down beside a number that was shown."""
    return [] if len(purpose.strip()) >= SHORTEST_PURPOSE else [Problem(
        "purpose", N_("Say what the number is needed for, in a few words. It is written down with your name."),
        field="purpose")]


def _numbers(child: Child, kind: str) -> list[tuple[str, str]]:
    if kind == "document":
        return [(child.name, child.document_number)] if child.document_number_sealed else []
    if kind == "address":
        return [(child.name, child.address)] if child.address_sealed else []
    if kind == "certificate":
        return [(child.name, row.certificate) for row in list_disabilities(child.id) if row.certificate_sealed]
    if kind == "phone":
        own = [(child.name, child.phone)] if child.phone_sealed else []
        return own + [(guardian.name, guardian.phone) for _link, guardian in list_guardianships(child.id)
                      if guardian.phone_sealed]
    rows = table("student_numbers")
    found = db.session.execute(select(rows.c.id, rows.c.number_sealed).where(
        rows.c.child_id == child.id, rows.c.valid_to.is_(None))).all()
    return [(child.name, vault().open("student_numbers", "number", row.id, row.number_sealed)) for row in found]
