"""Pages of the roll: a child's roll; requests and their answers; transfers and their days; the list of movements."""

# Their pages register themselves.
from app.roll.views import child, days, lists, requests, transfers  # noqa: F401
from app.roll.views.pages import pages

__all__ = ["pages"]
