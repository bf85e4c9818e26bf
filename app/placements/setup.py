"""Lets the tab "Assessment and placement", which lies below this slice, show the way to a decision; decisions carry
attachments."""

from __future__ import annotations

from flask import Flask

from app.assessments.queries import list_assessments_of
from app.attachments.subjects import carries
from app.children.models import Child
from app.kernel.problems import N_
from app.placements import attached, leaving, silence, steps
from app.placements.queries import (
    grounds_of,
    list_decisions,
    list_evidence,
    list_opinions,
    list_recommendations,
    list_returns,
    running_term,
)
from app.placements.rules import step_of
from app.placements.types import PlacementKind
from app.steps.kinds import registers_step
from app.web.filters import today
from app.web.navigation import stands_under
from app.web.upward import adds


def placement_story(child: Child) -> dict[str, object]:
    """Everything about a child's placement, and which step is next (see rules.step_of).

    `evidence`: documents by decision; `returns`: the terms' answers; of a child at home also `term` (the running one)
    and `answered` (its answer).
    """
    before, recommendation, opinion, present = grounds_of(child.id)
    decisions, returns = list_decisions(child.id), list_returns(child.id)
    at_home = present is not None and present.kind == PlacementKind.HOME and present.valid_from <= today()
    term = running_term(today()) if at_home else None
    answered = (
        next((row for row in returns if (row.school_year, row.term) == (term.school_year, term.number)), None)
        if term
        else None
    )
    return {
        "before": before,
        "recommendation": recommendation,
        "opinion": opinion,
        "present": present,
        "decisions": decisions,
        "evidence": list_evidence([row.id for row, _school in decisions]),
        "returns": returns,
        "at_home": at_home,
        "term": term,
        "answered": answered,
        "recommendations": list_recommendations(child.id),
        "opinions": list_opinions(child.id),
        "step": step_of(before, bool(list_assessments_of(child.id))),
    }


def init_app(app: Flask) -> None:
    carries("decision", N_("Placement decision"), attached.bearing_of_decision)
    adds("assessments", "placements/_story.html")
    for kind in (*steps.STEPS, *silence.STEPS):
        registers_step(kind)
    stands_under("children", "placements.")
    leaving.follow_moves()
    app.jinja_env.globals["placement_story"] = placement_story
