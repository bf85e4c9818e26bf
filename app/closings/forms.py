"""Forms of closings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length

from app.roll.forms import COME, SHORT
from app.web.forms import DayField, Form, TextField


class CloseForm(Form):
    """Closing a school: where its pupils go."""

    school = TextField(
        _l("Pupils, teachers and teams go to"),
        [InputRequired(_l("Choose the school.")), Length(max=140)],
        render_kw={"list": "schools", **SHORT},
    )
    on = DayField(_l("Closed from this day on"), [InputRequired(_l("Enter the day."))], within=COME)
    merged = BooleanField(_l("It was merged into that school"))
