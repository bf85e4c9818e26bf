"""Forms of timetables."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.teams.forms import NEAR
from app.web.choices import RadioField, SelectField
from app.web.forms import DayField, Form, TextField
from app.web.reading import as_uuid

ALL_UNITS = "all"
"""The choice of every unit whose timetables somebody makes."""


def as_unit(text: str | uuid.UUID | None) -> uuid.UUID | str | None:
    """The unit in a select, or `ALL_UNITS`. Raises ValueError for anything else."""
    return ALL_UNITS if text == ALL_UNITS else as_uuid(text)


class TimetableForm(Form):
    unit_id = SelectField(_l("District"), coerce=as_unit)
    month = TextField(_l("Month"), [InputRequired(_l("Enter a month like 2026-10."))], render_kw={"type": "month"})
    span = RadioField(
        _l("What to plan"),
        [Optional()],
        default="month",
        choices=[("month", _l("This month")), ("term", _l("The whole term from this month on"))],
    )
    keep = RadioField(
        _l("Teams and weekdays"),
        [Optional()],
        default="anew",
        choices=[("anew", _l("Choose anew")), ("former", _l("Keep those of the month before"))],
    )
    seconds = RadioField(
        _l("How long to search"),
        [InputRequired(_l("Choose how long to search.")), NumberRange(1, 1800, _l("Choose how long to search."))],
        coerce=int,
        default=60,
        validate_choice=False,
        choices=[(5, _l("A first look")), (60, _l("As usual")), (300, _l("Thorough")), (1200, _l("Very thorough"))],
    )
    seed = IntegerField(
        _l("Seed"), [Optional(), NumberRange(0, 999_999, _l("Enter a number from 0 to 999999."))], default=1
    )


class MoveForm(Form):
    day = DayField(_l("Day"), [InputRequired(_l("Enter a day."))], within=NEAR)
    start = TimeField(_l("Beginning"), [InputRequired(_l("Enter a time."))])
    team_id = SelectField(_l("Team"), coerce=as_uuid)
