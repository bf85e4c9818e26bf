"""Pages of visits."""

from app.visits.views import children, legs, moving, own, papers, repairs, teams, timetables, wishes
from app.visits.views.pages import pages

__all__ = ["children", "legs", "moving", "own", "pages", "papers", "repairs", "teams", "timetables", "wishes"]
