"""Pages of timetables."""

from app.timetables.views import (
    asking,
    maps,
    moving,
    publishing,
    remedies,
    review,
    runs,
    term_publishing,
    terms,
    timetables,
)
from app.timetables.views.pages import pages

__all__ = [
    "asking",
    "maps",
    "moving",
    "pages",
    "publishing",
    "remedies",
    "review",
    "runs",
    "term_publishing",
    "terms",
    "timetables",
]
