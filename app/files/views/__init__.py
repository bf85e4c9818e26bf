"""Pages of the child's file: the list, the first page, a number shown in full."""

from app.files.views import doubles, files, lists, merging  # noqa: F401  their pages register themselves
from app.files.views.pages import pages

__all__ = ["pages"]
