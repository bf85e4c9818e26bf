"""Pages of children: opening a file and changing it."""

from app.children.views import edits  # noqa: F401  its pages register themselves
from app.children.views.pages import pages

__all__ = ["pages"]
