"""What a visitor must know, in words: the same on every page and paper."""

from __future__ import annotations

from typing import Any

from app.kernel.problems import N_
from app.web.i18n import gettext as _


def safety_lines(card: Any) -> list[str]:
    """The lines of a safety card (SafetyCard, a row with its columns, or None), gravest first."""
    if card is None:
        return []
    told = (
        (N_("Seizures: %(words)s"), card.seizure),
        (N_("Choking: %(words)s"), card.choking),
        (N_("Allergy: %(words)s"), card.allergy),
        (N_("Medicine: %(words)s"), card.medicine),
    )
    lines = [_(sentence, words=words) for sentence, words in told if words]
    if card.dog:
        lines.append(_("There is a dog: call before the door."))
    if card.two_adults:
        lines.append(_("Two adults go together."))
    return lines + ([card.other] if card.other else [])
