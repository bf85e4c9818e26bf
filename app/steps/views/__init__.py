"""Pages of steps: the list and what goes out of it, one step with its pauses, the ledger of ticks."""

# Their pages register themselves.
from app.steps.views import export, lists, one  # noqa: F401
from app.steps.views.pages import pages

__all__ = ["pages"]
