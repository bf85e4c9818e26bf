"""Pages of schools: the register, teachers, settings by district, calendars."""

from app.schools.views import calendars, settings, teachers  # noqa: F401  their pages hang on the same blueprint
from app.schools.views.register import pages

__all__ = ["pages"]
