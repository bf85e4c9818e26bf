"""Pages of visits."""

from app.visits.views import (
    asking,
    children,
    claims,
    legs,
    maps,
    moving,
    own,
    papers,
    publishing,
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
    "asking",
    "children",
    "claims",
    "legs",
    "maps",
    "moving",
    "own",
    "pages",
    "papers",
    "publishing",
    "remedies",
    "repairs",
    "review",
    "runs",
    "teams",
    "terms",
    "timetables",
    "wishes",
]
