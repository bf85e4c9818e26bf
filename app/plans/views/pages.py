"""The blueprint of plans."""

from app.access import Pages

pages = Pages("plans", "app.plans.views")
