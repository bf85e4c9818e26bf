"""Pages of visits."""

from app.visits.views import children, claims, own, papers
from app.visits.views.pages import pages

__all__ = ["children", "claims", "own", "pages", "papers"]
