"""Two districts, each with a child that has a placement decision and a suspension; addresses and helpers for pages."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.attachments import store
from app.attachments.models import Attachment, StoredFile
from app.db import db
from app.kernel import clock
from app.placements.bulk import CarriedDecision, insert_carried_decisions
from app.placements.queries import find_decision
from app.roll.models import Movement
from app.roll.types import MovementKind, RollStatus
from tests.attachments.samples import PDF
from tests.factories import roll as make
from tests.support.client import ORIGIN


@pytest.fixture
def town(app):
    """Ids: child, foreign, home, far, a (the roll school), decision, foreign_decision, movement."""
    with app.app_context():
        db.write()
        made = make.make_town()
        child = make.make_enrolled(made)
        foreign = make.make_child(made.far, name="𬱖·买买提")
        day = date(2026, 3, 10)
        insert_carried_decisions(
            db.session,
            [
                CarriedDecision(
                    child_id=one,
                    kind="home",
                    school_id=None,
                    decided_on=day,
                    valid_from=day,
                    home_reason="卧床",
                    review_on=day.replace(year=2027),
                )
                for one in (child.id, foreign.id)
            ],
            decided_by="导入",
        )
        movement = Movement(
            child_id=child.id,
            kind=MovementKind.SUSPENSION,
            from_status=RollStatus.ACTIVE,
            to_status=RollStatus.SUSPENDED,
            school_id=made.a.id,
            effective_on=date(2026, 10, 1),
            reason="住院治疗",
            proof="县人民医院诊断证明，2026-09-28",
            by_name="陈老师",
            recorded_at=clock.now(),
        )
        db.session.add(movement)
        db.session.commit()
        return SimpleNamespace(
            child=child.id,
            foreign=foreign.id,
            name=child.name,
            home=made.home.id,
            far=made.far.id,
            a=made.a.id,
            b=made.b.id,
            c=made.c.id,
            decision=find_decision(child.id).id,
            foreign_decision=find_decision(foreign.id).id,
            movement=movement.id,
        )


@pytest.fixture
def add(client):
    """`add(address, ("名称.pdf", bytes), …)`: send files by the page's form; `follow=False` gives the answer itself."""

    def send(address: str, *files: tuple[str, bytes], client=client, follow=True):
        return client.submit(
            address,
            "add-attachments",
            follow=follow,
            files=[(io.BytesIO(content), name) for name, content in files or [("诊断证明.pdf", PDF)]],
        )

    return send


@pytest.fixture
def lying(app):
    """`lying()`: every sealed file in the folder, with its path."""

    def look():
        with app.app_context():
            return sorted(path for path in store.folder().rglob("*") if path.is_file())

    return look


def rows(app) -> tuple[list[Attachment], list[StoredFile]]:
    with app.app_context():
        return list(db.session.scalars(select(Attachment).order_by(Attachment.added_at, Attachment.id))), list(
            db.session.scalars(select(StoredFile))
        )


def trail(app, verb: str) -> list[tuple]:
    """(who, child, detail) of every entry of a verb."""
    from app.db.audit import AuditEntry

    with app.app_context():
        return [
            (row.actor_name, row.child_id, row.detail)
            for row in db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.seq))
        ]


def on_decision(town) -> str:
    return f"/attachments/decision/{town.decision}"


__all__ = ["ORIGIN", "on_decision", "rows", "trail"]
