"""Showing a number in full: with a stated purpose, written to the trail."""

from __future__ import annotations

from collections.abc import Callable

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.queries import get_child, list_disabilities, list_guardianships
from app.db import audit
from app.errors import NotFound
from app.kernel.problems import N_, Problem, refuse_if

SHORTEST_PURPOSE = 4
Numbers = Callable[[Child], list[tuple[str, str]]]
_kinds: dict[str, Numbers] = {}


def shows_number(kind: str, numbers: Numbers) -> None:
    """Let a kind of number be shown: `numbers(child)` returns (whose, number in full). A slice above adds its own."""
    _kinds[kind] = numbers


def reveal(actor: Actor, child: Child, kind: str, purpose: str) -> list[tuple[str, str]]:
    """Return (whose, number in full) of a child loaded in sight, and write who, what and why to the trail.

    `kind` that no slice has, or that this file does not have, is NotFound. Raises Refused without a purpose
    of at least four characters.
    """
    require(actor, Permission.CHILDREN_REVEAL)
    get_child(actor, child.id)  # a former holder reads its own years, no number in full
    if kind not in _kinds:
        raise NotFound
    refuse_if(purpose_problems(purpose))
    shown = _kinds[kind](child)
    if not shown:
        raise NotFound
    audit.record(actor, "reveal", "child", child.id, child_id=child.id, what=kind, purpose=purpose.strip()[:300])
    return shown


def purpose_problems(purpose: str) -> list[Problem]:
    """What a purpose lacks that is written down beside a number that was shown."""
    return (
        []
        if len(purpose.strip()) >= SHORTEST_PURPOSE
        else [
            Problem(
                "purpose",
                N_("Say what the number is needed for, in a few words. It is written down with your name."),
                field="purpose",
            )
        ]
    )


def _documents(child: Child) -> list[tuple[str, str]]:
    return [(child.name, number)] if (number := child.document_number) else []


def _addresses(child: Child) -> list[tuple[str, str]]:
    return [(child.name, address)] if (address := child.address) else []


def _certificates(child: Child) -> list[tuple[str, str]]:
    return [(child.name, number) for row in list_disabilities(child.id) if (number := row.certificate)]


def _phones(child: Child) -> list[tuple[str, str]]:
    people = [(child.name, child.phone)]
    people += [(guardian.name, guardian.phone) for _link, guardian in list_guardianships(child.id)]
    return [(name, phone) for name, phone in people if phone]


_kinds.update(document=_documents, address=_addresses, certificate=_certificates, phone=_phones)
