"""Pages of plans."""

from app.plans.views import approving, editing, lists, opening, papers, reading
from app.plans.views.pages import pages

__all__ = ["approving", "editing", "lists", "opening", "pages", "papers", "reading"]
