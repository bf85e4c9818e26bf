"""The blueprint of visits."""

from app.access import Pages

pages = Pages("visits", "app.visits.views")
