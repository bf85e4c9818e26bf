"""Pages of visits."""

from app.visits.views import (
    children,
    claims,
    legs,
    maps,
    moving,
    own,
    papers,
    remedies,
    repairs,
    review,
    runs,
    teams,
    terms,
    timetables,
    wishes,
)
from app.visits.views.pages import pages

__all__ = [
    "children",
    "claims",
    "legs",
    "maps",
    "moving",
    "own",
    "pages",
    "papers",
    "remedies",
    "repairs",
    "review",
    "runs",
    "teams",
    "terms",
    "timetables",
    "wishes",
]
