"""What a movement, an answer or an entry of a disability settles of the deadlines of the roll, in its transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

from app.access import Actor
from app.children.facts import DisabilityFacts
from app.roll import rules
from app.roll.models import RollState
from app.roll.steps import BREAK_END, CERTIFICATE_END, SCREENING, TRANSFER_ANSWER
from app.schools.queries import legal_calendar
from app.steps.actions import settle
from app.steps.rules import due_day
from app.steps.types import Clock, Ended


def due_from(today: date) -> date:
    """The last day of a party's clock that starts today; of a year whose notice is not known the days off that are
    certain are left out."""
    return due_day(Clock.WORKING, today, rules.TRANSFER_DAYS, legal_calendar(today))


def settle_transfer(actor: Actor, transfer_id: uuid.UUID, deed: str, today: date) -> None:
    """A party has answered, or the transfer is given up: its step ends, the next party's begins."""
    ended = Ended.WITHDRAWN if deed == "withdraw_transfer" else Ended.DONE
    settle(actor, TRANSFER_ANSWER, transfer_id, deed=deed, on=today, ended=ended)


def settle_breaks(actor: Actor, states: Iterable[RollState | None], today: date) -> None:
    """A suspension or a deferral has ended, or begun: of the states those with an end."""
    for state in states:
        if state is not None and state.due_on is not None:
            settle(actor, BREAK_END, state.id, deed="change_status", on=today)


def settle_disabilities(actor: Actor, said: Mapping[uuid.UUID, DisabilityFacts | None], today: date) -> None:
    """Entries were changed: a suspicion is assessed or withdrawn, a certificate renewed, or there is a new day."""
    for disability_id, facts in said.items():
        for code in (CERTIFICATE_END, SCREENING):
            settle(actor, code, disability_id, deed="change_disabilities", on=today, ended=_ended(facts))


def _ended(facts: DisabilityFacts | None) -> Ended:
    """How a step about an entry ends: it was taken away, is still to be assessed (on a later day, or as something
    else), or says what was asked for."""
    if facts is None:
        return Ended.WITHDRAWN
    return Ended.LAPSED if facts.suspected else Ended.DONE
