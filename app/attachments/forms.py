"""Forms of attachments: which files, and why one is withdrawn."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form, TextField


class AddForm(Form):
    """Files to add, several at once; what they are, their content decides."""

    files = MultipleFileField(_l("Files"), render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"})


class WithdrawForm(Form):
    """Why an attachment is withdrawn."""

    reason = TextField(
        _l("Reason"), [DataRequired(_l("Say why, in one sentence.")), Length(max=400)], render_kw={"maxlength": 400}
    )
