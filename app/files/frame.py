"""How a child stands, for the frame around every page about it (see app/children/frame.py). One query.

The number is masked to its first and last character on every screen, also in the child's own school: the birth date
stands in the same file.
"""

from __future__ import annotations

from app.children.frame import Heading
from app.children.models import Child
from app.children.safety import safety_lines
from app.files.standing import Standing, standing_of
from app.kernel.masks import mask_id
from app.roll.grades import grade_words
from app.roll.types import RollStatus
from app.web.filters import age, label, today
from app.web.i18n import gettext as _

STATUS_TAGS = {
    RollStatus.ACTIVE: "ok",
    RollStatus.PLACED: "ok",
    RollStatus.SUSPENDED: "wait",
    RollStatus.TRANSFERRING: "wait",
    RollStatus.DEFERRED: "wait",
    RollStatus.REGISTERED: "wait",
    RollStatus.DROPOUT: "bad",
    RollStatus.MISSING: "bad",
}


def heading_of(child: Child) -> Heading:
    """Tags, facts and safety of a child in sight."""
    standing = standing_of(child.id)
    return Heading(_tags(standing), _facts(child, standing), safety_lines(standing.safety), standing)


def _tags(standing: Standing) -> list[tuple[str, str]]:
    tags = []
    if standing.status is not None:
        tags.append((label(standing.status), STATUS_TAGS.get(standing.status, "")))
    if standing.placement is not None:
        tags.append((label(standing.placement), "note"))
    if standing.screening_due_on is not None:
        tags.append((_("Suspected, not assessed"), "bad" if standing.screening_due_on < today() else "wait"))
    return tags


def _facts(child: Child, standing: Standing) -> list[tuple[str, str]]:
    places = (
        (_("On the roll of"), standing.roll),
        (_("In class at"), standing.attending),
        (_("Taught at home by"), standing.delivering),
    )
    return [
        (_("Sex"), label(child.sex)),
        (_("Age"), age(child.birth_on)),
        _document(child),
        (_("File number"), child.file_number),
        (_("District"), standing.unit),
        *((words, " ".join(filter(None, (place.name, grade_words(place.grade))))) for words, place in places if place),
        *_intended(standing),
    ]


def _intended(standing: Standing) -> list[tuple[str, str]]:
    """Where a child is meant to be that is on no roll yet."""
    place = standing.intended
    if place is None or standing.roll is not None:
        return []
    told = " ".join(filter(None, (place.name, grade_words(place.grade), place.class_name)))
    return [(_("Meant to attend"), _("%(place)s (not on the roll yet)", place=told))]


def _document(child: Child) -> tuple[str, str]:
    number = child.document_number
    return label(child.document_kind), mask_id(number) if number else child.document_missing_reason or _("missing")
