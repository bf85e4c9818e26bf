"""Forms of steps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Length

from app.web.choices import SelectField
from app.web.forms import Form, TextField


class ReasonForm(Form):
    """Why a clock stands still, or runs again."""

    reason = TextField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a few words.")), Length(max=400)],
        render_kw={"autocomplete": "off"},
    )


class ExportForm(Form):
    reason = TextField(_l("What the list is needed for"), [Length(max=300)], render_kw={"autocomplete": "off"})
    kind = SelectField(
        _l("Kind of file"), choices=[("xlsx", _l("Spreadsheet (.xlsx)")), ("csv", _l("Text with commas (.csv)"))]
    )
