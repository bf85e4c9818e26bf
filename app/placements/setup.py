"""Lets the tab "Assessment and placement", which lies below this slice, show the way to a decision."""

from __future__ import annotations

from flask import Flask

from app.assessments.queries import list_assessments_of
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
from app.web.filters import today


def placement_story(child) -> dict:
    """Everything about a child's placement, and which step is next (see rules.step_of).

    `evidence`: documents by decision; `returns`: the terms' answers; of a child at home also `term` (the running one)
    and `answered` (its answer).
    """
    before, recommendation, opinion, present = grounds_of(child.id)
    decisions, returns = list_decisions(child.id), list_returns(child.id)
    at_home = present is not None and present.kind == PlacementKind.HOME and present.valid_from <= today()
    term = running_term(today()) if at_home else None
    answered = next((row for row in returns if (row.school_year, row.term) == (term.school_year, term.number)),
                    None) if term else None
    return {
        "before": before, "recommendation": recommendation, "opinion": opinion, "present": present,
        "decisions": decisions, "evidence": list_evidence([row.id for row, _school in decisions]),
        "returns": returns, "at_home": at_home, "term": term, "answered": answered,
        "recommendations": list_recommendations(child.id),
        "opinions": list_opinions(child.id), "step": step_of(before, bool(list_assessments_of(child.id))),
    }


def init_app(app: Flask) -> None:
    app.jinja_env.globals["placement_story"] = placement_story
