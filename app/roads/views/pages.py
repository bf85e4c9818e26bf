"""The blueprint of roads."""

from app.access import Pages

pages = Pages("roads", "app.roads.views")
