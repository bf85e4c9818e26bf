"""The blueprint of the family."""

from app.access import Pages

pages = Pages("family", "app.family.views")
