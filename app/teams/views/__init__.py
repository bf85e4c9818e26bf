"""Pages of teams."""

from app.teams.views import families, teams
from app.teams.views.pages import pages

__all__ = ["families", "pages", "teams"]
