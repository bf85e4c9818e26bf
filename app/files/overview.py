"""What the first page of a file shows beside the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.access import Actor, Permission
from app.children.models import Child
from app.children.queries import count_events, list_events, read_overview, read_past
from app.children.timeline import line_of
from app.children.types import EventKind
from app.db.sealed import opened
from app.files.standing import Standing, list_merges
from app.kernel.masks import mask_address, mask_certificate, mask_phone
from app.web.filters import day as day_words
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.paging import Page, asked_page
from app.web.urls import url_for

EVENTS_A_PAGE = 30
SOON = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Timeline page, family, disabilities, diagnoses, home and things to do; numbers behind masks."""

    kind: EventKind | None
    counts: Mapping[EventKind, int]
    page: Page
    today_is: date
    events: Sequence[Mapping[str, str]]
    guardians: Sequence[tuple[Any, str, str]]
    disabilities: Sequence[tuple[Any, str]]
    diagnoses: Sequence[Any]
    home: Any
    phone: str
    address: str
    todo: Sequence[Mapping[str, str | None]]
    merges: Sequence[Any]
    plan_url: str


@dataclass(frozen=True, kw_only=True)
class PastOverview:
    """The same for a former holder: as it was known before a day."""

    page: Page
    events: Sequence[Mapping[str, str]]
    disabilities: Sequence[Any]
    diagnoses: Sequence[Any]


def overview_of(actor: Actor, child: Child, standing: Standing, kind: EventKind | None, today: date) -> Overview:
    """Read it: six queries."""
    counts = count_events(child.id)
    page = asked_page(counts.get(kind, 0) if kind else sum(counts.values()), EVENTS_A_PAGE)
    family, disabilities, diagnoses, home = read_overview(child.id)
    return Overview(
        kind=kind,
        counts=counts,
        page=page,
        today_is=today,
        events=[_event(event) for event in list_events(child.id, kind, limit=page.size, offset=page.offset)],
        guardians=[
            (row, row.name, mask_phone(opened("guardians", "phone", row.guardian_id, row.phone_sealed)))
            for row in family
        ],
        disabilities=[
            (row, mask_certificate(opened("disabilities", "certificate", row.id, row.certificate_sealed)))
            for row in disabilities
        ],
        diagnoses=diagnoses,
        home=home,
        phone=mask_phone(child.phone),
        address=mask_address(child.address),
        todo=_todo(actor, child, standing, disabilities, today),
        merges=list_merges(child.id) if standing.seconds else [],
        plan_url=url_for("plans.show_plans", child_id=child.id),
    )


def past_overview(child: Child, until: date) -> PastOverview:
    """Read what was known before a day."""
    events, disabilities, diagnoses = read_past(child.id, until)
    page = asked_page(len(events), EVENTS_A_PAGE)
    return PastOverview(
        page=page,
        events=[_event(event) for event in events[page.offset : page.offset + page.size]],
        disabilities=disabilities,
        diagnoses=diagnoses,
    )


def _event(event: Any) -> dict:
    text = line_of(event.code, event.sentence, event.values).text(_)
    if event.happened_on > today():
        text = _("To take effect on %(day)s: %(text)s", day=day_words(event.happened_on), text=text)
    return {"datetime": event.happened_on.isoformat(), "when": day_words(event.happened_on, "iso"), "text": text}


def _todo(actor: Actor, child: Child, standing: Standing, disabilities: Iterable[Any], today: date) -> list[dict]:
    """Things to do that today's facts themselves say; latest first."""
    found = []
    if standing.placement is None and not standing.placement_coming and actor.may(Permission.PLACEMENTS_DECIDE):
        found.append(
            _to(
                _("To be done"),
                "wait",
                _("Decide the placement"),
                url_for("assessments.list_assessments", child_id=child.id),
            )
        )
    elif standing.placement_lags:
        found.append(
            _to(
                _("To be done"),
                "bad",
                _("The placement decision is to be made anew: the roll goes to another kind of school"),
                url_for("assessments.list_assessments", child_id=child.id),
            )
        )
    found += _due(
        standing.review_on,
        today,
        _("Ask again whether the child can attend school now"),
        url_for("assessments.list_assessments", child_id=child.id),
    )
    if (
        standing.placement is not None
        and standing.plan_version_id is None
        and (standing.plan_ends_on is None)
        and actor.may(Permission.PLANS_WRITE)
    ):
        found.append(_to(_("To be done"), "wait", _("Write the plan"), url_for("plans.show_plans", child_id=child.id)))
    found += _due(standing.plan_ends_on, today, _("The plan runs out"), url_for("plans.show_plans", child_id=child.id))
    for row in disabilities:
        found += _due(row.certificate_ends_on, today, _("The disability certificate runs out"), None)
        found += _due(
            row.screening_due_on,
            today,
            _("Have the suspected disability screened"),
            url_for("children.edit_disabilities", child_id=child.id) if actor.may(Permission.CHILDREN_WRITE) else None,
        )
    if child.document_number_sealed is None and actor.may(Permission.CHILDREN_WRITE):
        found.append(
            _to(
                _("To be done"),
                "wait",
                _("The number of the identity document is missing"),
                url_for("children.edit_child", child_id=child.id),
            )
        )
    return found


def _due(on: date | None, today: date, text: str, url: str | None) -> list[dict]:
    """A thing to do with a date, from 90 days before it."""
    if on is None or on > today + SOON:
        return []
    left = (on - today).days
    if left < 0:
        return [_to(_("%(days)s days late", days=-left), "bad", text, url)]
    return [_to(_("in %(days)s days", days=left), "wait", text, url)]


def _to(tag: str, kind: str, text: str, url: str | None) -> dict:
    return {"tag": tag, "kind": kind, "text": text, "url": url}
