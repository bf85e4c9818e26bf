"""Papers with a secret for the family: the letter of invitation, and the next visits with the link to answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from app.access import Actor
from app.family.rules.invitations import INVITATION_DAYS, last_day
from app.files.standing import standing_of
from app.printing.documents import print_document
from app.printing.qr import qr_svg
from app.printing.types import Frame
from app.repairs.actions.answers import LINK_DAYS
from app.timetables.words import closed_words
from app.web.filters import LOCAL, clock
from app.web.i18n import TAGS, select_locale


def entry_address(token: str) -> str:
    """The address behind the QR code of a letter."""
    public = current_app.config["PUBLIC_URL"].rstrip("/")
    if public:
        return public + url_for("family.enter", token=token)
    return url_for("family.enter", token=token, _external=True)


def invitation_pdf(actor: Actor, child: Any, guardian: Any, token: str, now: datetime) -> bytes:
    """The letter as a PDF in the language of the request. Its bytes are not kept: the secret is on the paper only.

    It is typeset before actions.make_invitation lets the secret count, because nobody may wait for the printer.

    Raises PrintRefused.
    """
    standing = standing_of(child.id)
    school = standing.taught_at
    address = entry_address(token)
    frame = Frame(
        title=_("Read the plan on your phone"),
        printed_at=f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M}",
        printed_by=actor.name,
        authority=school.name if school else standing.unit,
        lang=TAGS[select_locale()],
    )
    printed = print_document(
        "print/invitation.html",
        {
            "guardian": guardian.name,
            "child": child.name,
            "address": address,
            "qr": qr_svg(address, _("Opens the page of your child")),
            "last_day": format_date(last_day(now, INVITATION_DAYS), "long"),
            "stamp": frame.authority,
        },
        frame,
    )
    return printed.pdf


def visit_link_address(token: str) -> str:
    """The address of a family's link to its visits."""
    public = current_app.config["PUBLIC_URL"].rstrip("/")
    if public:
        return public + url_for("family.answer_visits", token=token)
    return url_for("family.answer_visits", token=token, _external=True)


def visit_link_pdf(
    actor: Actor, child: Any, token: str, visits: Sequence[Any], now: datetime, handed: Sequence[Any] = ()
) -> bytes:
    """The next visits on paper, with the QR code to confirm or move one. Its bytes are not kept.

    `visits` are the child's next ones (queries.next_visits), `handed` who comes from when instead of others. Raises
    PrintRefused.
    """
    standing = standing_of(child.id)
    school = standing.taught_at
    address = visit_link_address(token)
    frame = Frame(
        title=_("When the teachers come"),
        printed_at=f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M}",
        printed_by=actor.name,
        authority=school.name if school else standing.unit,
        lang=TAGS[select_locale()],
    )
    printed = print_document(
        "print/visit_link.html",
        {
            "child": child.name,
            "address": address,
            "qr": qr_svg(address, _("Opens the next visits")),
            "rows": [_visit_cells(one) for one in visits],
            "handed": [_handed_words(one) for one in handed],
            "last_day": format_date(last_day(now, LINK_DAYS), "long"),
            "stamp": frame.authority,
        },
        frame,
    )
    return printed.pdf


def _visit_cells(one: Any) -> tuple[str, str, str]:
    """Day (and why nobody comes), time, who comes."""
    day = " · ".join(filter(None, (format_date(one.day, "full"), closed_words(one.closed))))
    return day, f"{clock(one.start)}–{clock(one.end)}", one.teachers or one.team


def _handed_words(one: Any) -> str:
    return _(
        "From %(day)s on, %(names)s come. Until then it is %(before)s.",
        day=format_date(one.day, "full"),
        names=one.names,
        before=one.before,
    )
