"""Pages of a school that ends or changes hands."""

from app.closings.views import closing, moving  # noqa: F401  their pages register themselves
from app.closings.views.pages import pages

__all__ = ["pages"]
