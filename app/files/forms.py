"""Forms of the file and the list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired, Length

from app.children.forms import NO_FILL
from app.web.choices import SelectField
from app.web.forms import Form, TextField


class PurposeForm(Form):
    purpose = TextField(_l("What it is needed for"), [Length(max=300)], render_kw=NO_FILL)


_GROUNDS = DataRequired(_l("Say how you know it, in a few words. It stands in the record of the merging."))


class MergeForm(Form):
    """`seen` is what the page showed of both files; which of them is kept stands in the address."""

    seen = HiddenField()
    reason = TextField(_l("How you know that it is one child"), [_GROUNDS, Length(max=400)], render_kw=NO_FILL)
    sure = BooleanField(
        _l("I have compared both files: it is one child."), [InputRequired(_l("Compare both files, then tick this."))]
    )


class PartForm(Form):
    reason = TextField(_l("Why they are two children"), [_GROUNDS, Length(max=400)], render_kw=NO_FILL)


class ExportForm(Form):
    reason = TextField(_l("What the list is needed for"), [Length(max=300)], render_kw=NO_FILL)
    kind = SelectField(
        _l("Kind of file"), choices=[("xlsx", _l("Spreadsheet (.xlsx)")), ("csv", _l("Text with commas (.csv)"))]
    )
