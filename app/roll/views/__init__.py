"""Pages of the roll: a child's roll; requests and their answers; transfers; the list of movements."""

from app.roll.views import child, closing, lists, requests, transfers  # noqa: F401  their pages register themselves
from app.roll.views.pages import pages

__all__ = ["pages"]
