"""Lets the tab "Assessment and placement", which lies below this slice, show the way to a decision."""

from __future__ import annotations

from flask import Flask

from app.assessments.queries import list_assessments_of
from app.placements.queries import grounds_of, list_decisions, list_opinions, list_recommendations
from app.placements.rules import step_of


def placement_story(child) -> dict:
    """Everything about a child's placement, and which step is next (see rules.step_of)."""
    before, recommendation, opinion, present = grounds_of(child.id)
    return {
        "before": before, "recommendation": recommendation, "opinion": opinion, "present": present,
        "decisions": list_decisions(child.id), "recommendations": list_recommendations(child.id),
        "opinions": list_opinions(child.id), "step": step_of(before, bool(list_assessments_of(child.id))),
    }


def init_app(app: Flask) -> None:
    app.jinja_env.globals["placement_story"] = placement_story
