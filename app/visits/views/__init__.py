"""Pages of visits."""

from app.visits.views import children, claims, excusing, own, papers
from app.visits.views.pages import pages

__all__ = ["children", "claims", "excusing", "own", "pages", "papers"]
