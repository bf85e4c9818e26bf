"""The frame of a child's file: who it is, how it stands, what a visitor must know, and the tabs. One query."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from flask import current_app

from app.access import Actor
from app.access.pages import NEEDS
from app.children.formerly import known_as
from app.children.models import Child
from app.children.sight import may_write
from app.children.standing import standing_of
from app.kernel.masks import mask_id
from app.kernel.problems import N_
from app.web.filters import age, label, today
from app.web.filters import day as day_words
from app.web.i18n import gettext as _
from app.web.i18n import words
from app.web.urls import url_for

TABS: tuple[tuple[str, str, str], ...] = (
    ("overview", N_("Overview"), "children.show_child"),
    ("assessment", N_("Assessment and placement"), "assessments.list_assessments"),
    ("plan", N_("Plan"), "plans.show_plans"),
    ("visits", N_("Visits"), "visits.show_child_visits"),
    ("roll", N_("School roll"), "roll.show_roll"),
    ("family", N_("Family"), "family.show_family_tab"),
)
GRADES = (N_("grade 1"), N_("grade 2"), N_("grade 3"), N_("grade 4"), N_("grade 5"), N_("grade 6"), N_("grade 7"),
          N_("grade 8"), N_("grade 9"))
STATUS_TAGS = {"active": "ok", "placed": "ok", "suspended": "wait", "transferring": "wait", "deferred": "wait",
               "registered": "wait", "dropout": "bad", "missing": "bad"}


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


PAST_TABS = {"overview", "assessment", "plan", "visits", "roll"}
"""The parts of a file in which a former holder reads its own years."""


def past_frame(actor: Actor, child: Child, tab: str, until: date) -> dict:
    """The frame for a former holder, who reads what was known before `until`: nothing in it is of today."""
    known = known_as(child, until)
    return {
        "child": known, "tab": tab, "standing": None, "until": until, "file_safety": [],
        "file_tabs": _tabs(actor, child, tab, PAST_TABS),
        "file_tags": [(_("Read only, as it was before %(day)s", day=day_words(until, "iso")), "wait")],
        "file_facts": [(_("Sex"), label(known.sex)), (_("Born on"), day_words(known.birth_on, "iso")),
                       (label(known.document_kind), known.document or _("missing")),
                       (_("File number"), known.file_number)],
        "may_write": False,
    }


def file_frame(actor: Actor, child: Child, tab: str) -> dict:
    """What templates/children/_file.html shows around a page: pass it with `**file_frame(g.actor, child, "roll")`.

    Returns child, tab, file_tabs, file_tags, file_facts, file_safety, standing and may_write (whether the actor may
    write about this child at all; pages hide their buttons when not). The child must have been loaded in
    the actor's sight. `tab` is one of TABS. The number is masked to its first and last character on every screen, also
    in the child's own school: the birth date stands in the same file.
    """
    standing = standing_of(child.id)
    return {
        "child": child, "tab": tab, "standing": standing, "file_tabs": _tabs(actor, child, tab),
        "file_tags": _tags(standing), "file_facts": _facts(child, standing),
        "file_safety": safety_lines(standing.safety), "may_write": may_write(actor, child), "until": None,
    }


def safety_lines(card) -> list[str]:
    """The lines of a safety card (SafetyCard, a row with its columns, or None), gravest first; the same on every page
    and paper."""
    if card is None:
        return []
    told = ((N_("Seizures: %(words)s"), card.seizure), (N_("Choking: %(words)s"), card.choking),
            (N_("Allergy: %(words)s"), card.allergy), (N_("Medicine: %(words)s"), card.medicine))
    lines = [_(sentence, words=words) for sentence, words in told if words]
    if card.dog:
        lines.append(_("There is a dog: call before the door."))
    if card.two_adults:
        lines.append(_("Two adults go together."))
    return lines + ([card.other] if card.other else [])


def grade_words(grade: int | None) -> str:
    """A grade as people say it: 四年级, grade 4."""
    return words.gettext(GRADES[grade - 1]) if grade and 1 <= grade <= 9 else ""


def _tabs(actor: Actor, child: Child, current: str, only: Set[str] = frozenset(name for name, *_ in TABS)) -> list[Tab]:
    return [Tab(_(words), url_for(endpoint, child_id=child.id), name == current) for name, words, endpoint in TABS
            if name in only and endpoint in current_app.view_functions and actor.may(NEEDS[endpoint])]


def _tags(standing) -> list[tuple[str, str]]:
    tags = []
    if standing.status is not None:
        tags.append((label(standing.status), STATUS_TAGS.get(standing.status, "")))
    if standing.placement is not None:
        tags.append((label(standing.placement), "note"))
    if standing.screening_due_on is not None:
        tags.append((_("Suspected, not assessed"), "bad" if standing.screening_due_on < today() else "wait"))
    return tags


def _facts(child: Child, standing) -> list[tuple[str, str]]:
    places = ((_("On the roll of"), standing.roll), (_("In class at"), standing.attending),
              (_("Taught at home by"), standing.delivering))
    return [
        (_("Sex"), label(child.sex)), (_("Age"), age(child.birth_on)),
        _document(child), (_("File number"), child.file_number), (_("District"), standing.unit),
        *((words, " ".join(filter(None, (place.name, grade_words(place.grade))))) for words, place in places if place),
        *_intended(standing),
    ]


def _intended(standing) -> list[tuple[str, str]]:
    """Where a child is meant to be that is on no roll yet."""
    place = standing.intended
    if place is None or standing.roll is not None:
        return []
    told = " ".join(filter(None, (place.name, grade_words(place.grade), place.class_name)))
    return [(_("Meant to attend"), _("%(place)s (not on the roll yet)", place=told))]


def _document(child: Child) -> tuple[str, str]:
    number = child.document_number
    return label(child.document_kind), mask_id(number) if number else child.document_missing_reason or _("missing")
