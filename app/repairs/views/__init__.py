"""Pages of repairs."""

from app.repairs.views import phoning, repairs, wishes
from app.repairs.views.pages import pages

__all__ = ["pages", "phoning", "repairs", "wishes"]
