"""Pages of visits."""

from app.visits.views import children, moving, own, papers, teams, timetables, wishes
from app.visits.views.pages import pages

__all__ = ["children", "moving", "own", "pages", "papers", "teams", "timetables", "wishes"]
