"""The desk's menu: what the actor may open, in the order of the child's way."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, has_request_context, request

from app.access import Permission as P
from app.kernel.problems import N_
from app.web.i18n import words
from app.web.urls import url_for


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    current: bool
    count: int | None = None


ENTRIES: tuple[tuple[str, str, P, tuple[str, ...]], ...] = (
    (N_("Today"), "home.today", P.SIGNED_IN, ("home.",)),
    (N_("Children"), "children.list_children", P.CHILDREN_READ, (
        "children.", "assessments.", "placements.", "plans.show_plans", "visits.show_child", "visits.edit_family",
        "roll.show_roll", "family.show_family_tab")),
    (N_("Plans"), "plans.list_plans", P.PLANS_READ, ("plans.",)),
    (N_("Timetables"), "visits.list_timetables", P.TIMETABLES_READ, ("visits.",)),
    (N_("My week"), "visits.my_week", P.VISITS_RECORD, ("visits.my_", "visits.record_", "visits.miss_")),
    (N_("School roll"), "roll.list_movements", P.ROLL_WRITE, ("roll.",)),
    (N_("Schools"), "schools.list_schools", P.SCHOOLS_READ, (
        "schools.list", "schools.show_school", "schools.edit_school", "schools.new_school", "schools.edit_teacher",
        "schools.new_teacher", "roll.close_with", "roll.move_to")),
    (N_("Coverage"), "coverage.show_coverage", P.COVERAGE_READ, ("coverage.",)),
    (N_("Data in"), "imports.list_imports", P.IMPORTS_RUN, ("imports.",)),
    (N_("People and access"), "accounts.list_users", P.ACCOUNTS_MANAGE, ("accounts.list", "accounts.edit")),
    (N_("Settings"), "schools.show_settings", P.SETTINGS_WRITE, (
        "schools.show_settings", "schools.show_calendar", "schools.edit_rule", "schools.edit_term",
        "schools.choose_preset", "schools.new_closure", "schools.new_make_up_day", "schools.import_year",
        "visits.edit_roads")),
    (N_("Audit trail"), "accounts.show_audit", P.AUDIT_READ, ("accounts.show_audit",)),
    (N_("My child"), "family.show_children", P.FAMILY_READ, ("family.",)),
)


def navigation() -> list[Entry]:
    """The entries of the signed-in actor; the longest matching prefix is the current one."""
    if not has_request_context() or not g.get("actor") or not g.actor.signed_in:
        return []
    endpoint = request.endpoint or ""
    seen = [entry for entry in ENTRIES if g.actor.may(entry[2]) and entry[1] in current_app.view_functions]
    fits = [(len(prefix), i) for i, entry in enumerate(seen) for prefix in entry[3] if endpoint.startswith(prefix)]
    current = max(fits)[1] if fits else None
    return [Entry(words.gettext(entry[0]), url_for(entry[1]), i == current) for i, entry in enumerate(seen)]
