"""Writing schools, teachers, calendars and rules."""

from app.schools.actions.calendars import (
    close_days,
    import_calendar_year,
    import_national_year,
    open_day,
    save_term,
    teach_on,
)
from app.schools.actions.schools import bulk_save_schools, move_school, save_school
from app.schools.actions.settings import apply_preset, set_rule
from app.schools.actions.teachers import bind_user, hand_over_teachers, save_teacher

__all__ = [
    "apply_preset",
    "bind_user",
    "bulk_save_schools",
    "close_days",
    "hand_over_teachers",
    "import_calendar_year",
    "import_national_year",
    "move_school",
    "open_day",
    "save_school",
    "save_teacher",
    "save_term",
    "set_rule",
    "teach_on",
]
