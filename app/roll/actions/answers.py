"""The answer to a request, and the files of its paper: they go along to the movement that comes of it."""

from __future__ import annotations

import uuid
from datetime import date

from app.access import Actor
from app.attachments.actions import go_along
from app.roll.actions import requests
from app.roll.models import Movement


def answer_request(
    actor: Actor, request_id: uuid.UUID, agreed: bool, reason: str | None, *, today: date
) -> Movement | None:
    """`requests.answer_request`, with what is attached to the request."""
    movement = requests.answer_request(actor, request_id, agreed, reason, today=today)
    if movement is not None:
        go_along(actor, "roll_request", request_id, "movement", movement.id)
    return movement
