"""Pages of the family: what the guardian sees and says; letters, access and answers for the coordinator."""

from app.family.views import entry, giving, link, plan, staff  # noqa: F401  their pages register themselves
from app.family.views.pages import pages

__all__ = ["pages"]
