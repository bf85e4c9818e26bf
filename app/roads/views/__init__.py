"""Pages of roads."""

from app.roads.views import legs
from app.roads.views.pages import pages

__all__ = ["legs", "pages"]
