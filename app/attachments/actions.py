"""Taking files in, keeping them, withdrawing them, noting that one was opened.

In this order, so that a crash leaves at most a file without a row and never a row without its file: seal, write, wait
for the disk, give the name (`take_in`, before the lock); then the rows and the trail in one transaction (`keep_taken`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select, text

from app.access import Actor
from app.access.policy import Forbidden
from app.attachments import rules, scanner, store
from app.attachments.models import Attachment, StoredFile
from app.attachments.queries import files_alike, get_attachment
from app.attachments.subjects import bearing_of
from app.attachments.types import Bearing, FileType, Sent, Taken
from app.db import audit, db, vault
from app.errors import NotFound
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, refuse_if


class Infected(Refused):
    """The scanner found something; the trail is told."""


def _bearing(actor: Actor, kind: str, subject_id: uuid.UUID) -> Bearing:
    """Raises NotFound, or Forbidden for who may only read."""
    found = bearing_of(actor, kind, subject_id)
    if not found.may_add:
        raise Forbidden(
            Problem(
                "attachments_read_only", N_("Your account may open these attachments, but not add or withdraw any.")
            )
        )
    return found


def take_in(actor: Actor, kind: str, subject_id: uuid.UUID, files: Sequence[Sent]) -> list[Taken]:
    """Check, scan and seal files for a thing; all of them or none. Takes a while and must not hold the lock.

    Raises NotFound and Forbidden, Refused with what stands against each file, Infected, and OSError on a full disk.
    """
    _bearing(actor, kind, subject_id)
    db.session.rollback()  # nothing is held while the disk is waited for
    db.must_be_free("a file is sealed")
    refuse_if(rules.check_count(len(files)))
    types = _check(files)
    _scan(files)
    taken: list[Taken] = []
    try:
        for sent, type_ in zip(files, types, strict=True):
            taken.append(_seal(sent, type_))
    except BaseException:
        drop_taken(taken)
        raise
    return taken


def _size(sent: Sent) -> int:
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    return size


def _check(files: Sequence[Sent]) -> list[FileType]:
    most, types = int(current_app.config["ATTACHMENT_MB"]), []
    problems: list[Problem] = []
    for sent in files:
        found = rules.check_size(sent.name, _size(sent), most)
        type_ = None if found else rules.type_of(sent.stream)
        problems += found or rules.check_type(sent.name, type_)
        if type_ is not None:
            types.append(type_)
    refuse_if(problems)
    return types


def _scan(files: Sequence[Sent]) -> None:
    path = str(current_app.config["CLAMD_SOCKET"])
    if not path:
        return
    found: list[Problem] = []
    for sent in files:
        try:
            name = scanner.scan(path, sent.stream)
        except scanner.NoAnswer as error:
            current_app.logger.error("the virus scanner at %s does not answer: %s", path, error)
            raise Refused(rules.unscanned(sent.name)) from None
        if name:
            found.append(rules.infected(sent.name, name))
    if found:
        raise Infected(*found)


def _seal(sent: Sent, type_: FileType) -> Taken:
    """Seal one, also where the same content lies there already: how long it takes must not tell that."""
    sealed = store.keep(sent.stream, _size(sent))
    blind = vault().blind("attachment", sealed.content_sha256)
    alike = files_alike(blind)
    twin = next((row.id for row in alike if store.is_intact(row)), None)
    db.session.rollback()
    return Taken(
        name=rules.clean_name(sent.name, type_),
        type=type_,
        sealed=sealed,
        blind=blind,
        twin_id=twin,
        known=frozenset(row.id for row in alike),
    )


def note_refusal(actor: Actor, kind: str, subject_id: uuid.UUID, refused: Infected) -> None:
    """Tell the trail what the scanner found; the caller commits although the answer is a refusal."""
    bearing = bearing_of(actor, kind, subject_id)
    for problem in refused.problems:
        audit.record(
            actor,
            "refuse_attachment",
            kind,
            subject_id,
            child_id=bearing.child_id,
            found=str(problem.values["found"]),
        )


def keep_taken(actor: Actor, kind: str, subject_id: uuid.UUID, taken: Sequence[Taken]) -> tuple[int, list[str]]:
    """Bind what was taken in to its thing. Return how many were added, and the names of those that stand there already.
    Raises NotFound and Forbidden."""
    bearing, added, there = _bearing(actor, kind, subject_id), 0, []
    for one in taken:
        file_id = _file_of(one)
        if _stands(kind, subject_id, file_id):
            there.append(one.name)
            continue
        row = Attachment(
            kind=kind,
            subject_id=subject_id,
            child_id=bearing.child_id,
            file_id=file_id,
            name=one.name,
            added_by_id=actor.user_id,
            added_by_name=actor.name,
            added_at=clock.now(),
        )
        db.session.add(row)
        audit.record(
            actor,
            "add_attachment",
            "attachment",
            row.id,
            child_id=bearing.child_id,
            to=kind,
            about=str(subject_id),
            type=one.type.value,
            bytes=one.sealed.size,
        )
        db.session.flush()
        added += 1
    return added, there


def go_along(actor: Actor, kind: str, subject_id: uuid.UUID, to_kind: str, to_id: uuid.UUID) -> int:
    """Bind what stands at one thing to another that comes of it, as it was added there; return how many. The slice that
    makes the other has asked whether the actor may."""
    rows = db.session.scalars(
        select(Attachment).where(
            Attachment.kind == kind, Attachment.subject_id == subject_id, Attachment.withdrawn_at.is_(None)
        )
    ).all()
    for row in rows:
        made = Attachment(
            kind=to_kind,
            subject_id=to_id,
            child_id=row.child_id,
            file_id=row.file_id,
            name=row.name,
            added_by_id=row.added_by_id,
            added_by_name=row.added_by_name,
            added_at=row.added_at,
        )
        db.session.add(made)
        audit.record(
            actor, "add_attachment", "attachment", made.id, child_id=row.child_id, to=to_kind, about=str(to_id), of=kind
        )
    db.session.flush()
    return len(rows)


def _file_of(one: Taken) -> uuid.UUID:
    """The row of a file: that of one with the same content, or a new one. A file of the same content that was found
    damaged is no twin, so that adding a paper again mends what was lost."""
    if not db.is_sqlite:  # SQLite writes one after the other anyway
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(one.blind[:7], "big")})
    since = next((row.id for row in files_alike(one.blind) if row.id not in one.known), None)
    if twin := one.twin_id or since:
        return twin
    db.session.add(
        StoredFile(
            id=one.sealed.id,
            type=one.type,
            size=one.sealed.size,
            content_blind=one.blind,
            sealed_sha256=one.sealed.sealed_sha256,
            key_sealed=store.seal_key(one.sealed),
            kept_at=clock.now(),
        )
    )
    db.session.flush()
    return one.sealed.id


def _stands(kind: str, subject_id: uuid.UUID, file_id: uuid.UUID) -> bool:
    return (
        db.session.scalar(
            select(Attachment.id)
            .where(
                Attachment.kind == kind,
                Attachment.subject_id == subject_id,
                Attachment.file_id == file_id,
                Attachment.withdrawn_at.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def drop_taken(taken: Sequence[Taken]) -> None:
    """Take away the files of those that have no row: a form that came twice, a refusal, a twin."""
    if not taken:
        return
    ids = [one.sealed.id for one in taken]
    with db.engine.connect() as connection:  # not the session: what it holds may be undone
        kept = set(connection.scalars(select(StoredFile.id).where(StoredFile.id.in_(ids))))
    for file_id in ids:
        if file_id not in kept:
            store.drop(file_id)


def withdraw(actor: Actor, attachment_id: uuid.UUID, reason: str) -> Bearing:
    """Withdraw an attachment, with a reason; its bytes stay. Raises NotFound, Forbidden, and Refused when somebody has
    withdrawn it already."""
    row = db.session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound
    bearing = _bearing(actor, row.kind, row.subject_id)
    if row.withdrawn_at is not None:
        raise Refused(
            Problem(
                "attachment_withdrawn",
                N_("%(name)s has withdrawn this attachment already."),
                {"name": row.withdrawn_by_name},
            )
        )
    row.withdrawn_by_id, row.withdrawn_by_name = actor.user_id, actor.name
    row.withdrawn_at, row.withdrawal_reason = clock.now(), reason
    audit.record(
        actor,
        "withdraw_attachment",
        "attachment",
        row.id,
        child_id=row.child_id,
        to=row.kind,
        about=str(row.subject_id),
    )
    db.session.flush()
    return bearing


def note_opening(actor: Actor, attachment_id: uuid.UUID) -> None:
    """Tell the trail that the actor opens an attachment. Raises NotFound when it may not any more."""
    row, _file, _bearing_ = get_attachment(actor, attachment_id)
    audit.record(
        actor,
        "open_attachment",
        "attachment",
        row.id,
        child_id=row.child_id,
        to=row.kind,
        about=str(row.subject_id),
    )
