"""The blueprint of teams."""

from app.access import Pages

pages = Pages("teams", "app.teams.views")
