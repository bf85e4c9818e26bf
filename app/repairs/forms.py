"""Forms of repairs."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms.validators import InputRequired, Length, Optional

from app.teams.forms import NEAR
from app.timetables.rules.gathering import month_of
from app.web.choices import SelectField
from app.web.forms import DayField, Form, TextField
from app.web.reading import as_uuid


class HappeningForm(Form):
    """What happened to a published month; which fields are shown depends on the kind."""

    teacher_id = SelectField(_l("Teacher"), coerce=as_uuid)
    child_id = SelectField(_l("Child"), coerce=as_uuid)
    first_on = DayField(lazy_pgettext("first day", "From"), [InputRequired(_l("Enter the first day."))], within=NEAR)
    last_on = DayField(lazy_pgettext("last day", "To"), [Optional()], within=NEAR)
    note = TextField(_l("Reason"), [Length(max=200)])

    def offer_days_of(self, row: Any, day: date) -> None:
        """Let the pickers offer the days of a month; somebody may be away since before today, and not until then."""
        begins = month_of(row.last_on)[0]
        self.first_on.offer(begins, row.last_on)
        self.last_on.offer(min(max(begins, day), row.last_on), row.last_on)


class PurposeForm(Form):
    purpose = TextField(_l("What is it needed for?"), [Length(max=300)])
