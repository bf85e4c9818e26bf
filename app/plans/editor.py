"""What the editor's page shows: a form for every part, the list at its side, how complete the plan is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.kernel.labels import label_of
from app.kernel.problems import Problem
from app.plans import forms
from app.plans.content import Parts, parts_of
from app.plans.locks import GROUPS, stamp_of
from app.plans.models import PlanVersion
from app.plans.queries import list_provider_schools, rule_for, view_of
from app.plans.rules.completeness import (
    completeness,
    missing_parts,
    number_text,
    service_warnings,
    total_weekly_minutes,
    weekly_minutes,
)
from app.plans.types import REQUIRED_SECTIONS, Completeness, PlanView, SectionKey

FRAME_FORMS = {
    "period": forms.PeriodForm,
    "no_words": forms.NoWordsForm,
    "below_rule": forms.BelowRuleForm,
    "opinion": forms.OpinionForm,
}


@dataclass(frozen=True)
class Entry:
    """A line of the list at the side: `state` is done, missing, look or empty; `words` say it."""

    anchor: str
    label: str
    state: str
    words: str


@dataclass(frozen=True)
class Progress:
    """How far the plan is: the meter, the list and the missing parts."""

    complete: Completeness
    missing: list[Problem]
    warnings: list[Problem]
    entries: list[Entry]
    weekly: str


@dataclass
class Card:
    """A part with its form; `weekly` only for services, `objectives` only for goals."""

    id: uuid.UUID
    form: forms.PartForm
    carried: bool = False
    objectives: list[Card] = field(default_factory=list)
    weekly: str = ""


@dataclass(kw_only=True)
class Editor:
    """Everything of the editor's page."""

    version: PlanVersion
    frame: dict[str, forms.PartForm]
    sections: dict[SectionKey, Card]
    goals: list[Card]
    services: list[Card]
    progress: Progress


def progress_of(version: PlanVersion, day: date) -> Progress:
    """How far the plan is on a day."""
    parts = parts_of(version.id)
    return _progress(view_of(version, parts), version, day)


def editor_of(version: PlanVersion, day: date, posted: forms.PartForm | None = None) -> Editor:
    """The editor's page of a draft. `posted` is a form that was refused: it stands in the place of its part."""
    parts = parts_of(version.id)
    made = Editor(
        version=version,
        frame=frame_forms(version),
        sections=_sections(parts),
        goals=_goals(version, parts),
        services=_services(version, parts),
        progress=_progress(view_of(version, parts), version, day),
    )
    if posted is not None:
        _put(made, posted)
    return made


def frame_form(version: PlanVersion, group: str, **kwargs: Any) -> forms.PartForm:
    """The form of one group of the version's own fields; bound to the request unless formdata is None."""
    values = {name: getattr(version, name) for name in GROUPS[group]}
    return FRAME_FORMS[group](group, data=values | {"version": stamp_of(version, group)}, **kwargs)


def frame_forms(version: PlanVersion) -> dict[str, forms.PartForm]:
    return {group: frame_form(version, group, formdata=None) for group in GROUPS}


def section_form(key: SectionKey, row: Any = None, **kwargs: Any) -> forms.SectionForm:
    form = forms.SectionForm(
        key.value, data={"body": row.body if row else "", "version": row.revision if row else 0}, **kwargs
    )
    form.body.label.text = _(label_of(key))
    form.body.description = str(forms.SECTION_HINTS[key])
    return form


def goal_form(version: PlanVersion, row: Any, **kwargs: Any) -> forms.GoalForm:
    return forms.GoalForm(
        f"goal-{row.id}",
        curriculum=version.curriculum,
        data=_data(row) | {"subject": f"{row.area}|{row.domain}"},
        **kwargs,
    )


def objective_form(row: Any, **kwargs: Any) -> forms.ObjectiveForm:
    return forms.ObjectiveForm(f"objective-{row.id}", data=_data(row), **kwargs)


def service_form(version: PlanVersion, row: Any, schools: Any = None, **kwargs: Any) -> forms.ServiceForm:
    if schools is None:
        schools = list_provider_schools(version.child_id)
    if row.provider_school_id and row.provider_school_id not in {number for number, _name in schools}:
        schools = [*schools, (row.provider_school_id, row.provider or str(row.provider_school_id))]
    return forms.ServiceForm(
        f"service-{row.id}",
        schools=schools,
        data=_data(row) | {"provider_school_id": str(row.provider_school_id or "")},
        **kwargs,
    )


def _data(row: Any) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns} | {"version": row.revision}


def _sections(parts: Parts) -> dict[SectionKey, Card]:
    rows = {row.key: row for row in parts.sections}
    return {
        key: Card(
            uuid.UUID(int=0), section_form(key, rows.get(key), formdata=None), bool(rows.get(key) and rows[key].carried)
        )
        for key in SectionKey
    }


def _goals(version: PlanVersion, parts: Parts) -> list[Card]:
    return [
        Card(
            row.id,
            goal_form(version, row, formdata=None),
            row.carried,
            objectives=[
                Card(one.id, objective_form(one, formdata=None), one.carried)
                for one in parts.objectives.get(row.id, ())
            ],
        )
        for row in parts.goals
    ]


def _services(version: PlanVersion, parts: Parts) -> list[Card]:
    schools = list_provider_schools(version.child_id)
    return [
        Card(
            row.id,
            service_form(version, row, schools, formdata=None),
            weekly=number_text(weekly_minutes(row.minutes, row.times, row.frequency)),
        )
        for row in parts.services
    ]


def _put(made: Editor, posted: forms.PartForm) -> None:
    if posted.anchor in made.frame:
        made.frame[posted.anchor] = posted
    cards = [*made.sections.values(), *made.goals, *made.services, *(o for g in made.goals for o in g.objectives)]
    for card in cards:
        if card.form.anchor == posted.anchor:
            card.form = posted


# --- the list at the side -------------------------------------------------------------------------------------------


def _progress(view: PlanView, version: PlanVersion, day: date) -> Progress:
    rule = rule_for(version.child_id, day)
    missing = missing_parts(view, rule)
    return Progress(
        completeness(view, rule),
        missing,
        service_warnings(view),
        _entries(view, missing),
        number_text(total_weekly_minutes(view.services)),
    )


def _entries(view: PlanView, missing: list[Problem]) -> list[Entry]:
    """The parts in the order of the page."""
    bad = [problem.field or "" for problem in missing]
    entries = [_entry("period", _("Period and curriculum"), bad, ("period-",), True)]
    for key in SectionKey:
        entries.append(_section_entry(key, view, bad))
        if key == SectionKey.CURRICULUM:
            entries.append(
                _entry("goals", _("Goals and objectives"), bad, ("goal-", "objective-", "add-goal"), bool(view.goals))
            )
            entries.append(
                _entry("services", _("Services"), bad, ("service-", "add-service", "below_rule"), bool(view.services))
            )
    entries.append(_entry("opinion", _("The guardian's opinion"), bad, ("opinion-",), bool(view.guardian_answer)))
    return entries


def _section_entry(key: SectionKey, view: PlanView, bad: list[str]) -> Entry:
    written = bool((view.sections.get(key) or "").strip())
    if written and key in view.carried_sections:
        return Entry(key.value, _(label_of(key)), "look", _("not yet reviewed"))
    return _entry(key.value, _(label_of(key)), bad, (f"{key}-",), written or key in REQUIRED_SECTIONS)


def _entry(anchor: str, label: str, bad: list[str], starts: tuple[str, ...], written: bool) -> Entry:
    count = sum(name.startswith(starts) for name in bad)
    if count:
        return Entry(anchor, label, "missing", _("%(count)s missing", count=count))
    return Entry(anchor, label, "done", _("complete")) if written else Entry(anchor, label, "empty", _("optional"))
