"""Pages of children: the list, the file, opening and changing it."""

from app.children.views import edits, files, lists  # noqa: F401  their pages register themselves
from app.children.views.pages import pages

__all__ = ["pages"]
