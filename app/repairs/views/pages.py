"""The blueprint of repairs."""

from app.access import Pages

pages = Pages("repairs", "app.repairs.views")
