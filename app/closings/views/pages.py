"""The blueprint of closings."""

from app.access import Pages

pages = Pages("closings", "app.closings.views")
