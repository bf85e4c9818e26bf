"""What the family is asked."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, TextAreaField
from wtforms.validators import InputRequired

from app.placements.types import Agreement
from app.web.choices import RadioField
from app.web.forms import Form, strip


class AnswerForm(Form):
    """The answer to a plan; `version_id` is the version that was read."""

    version_id = HiddenField()
    answer = RadioField(
        _l("What do you say to this plan?"),
        [InputRequired(_l("Choose one of the three answers."))],
        choices=[
            (Agreement.AGREE.value, _l("I agree")),
            (Agreement.PARTLY.value, _l("I agree in part")),
            (Agreement.DISAGREE.value, _l("I do not agree")),
        ],
    )
    comment = TextAreaField(_l("What you want to tell us"), filters=(strip,), render_kw={"rows": 4})


class PasswordForm(Form):
    """A guardian's first password."""

    password = PasswordField(
        _l("New password"), [InputRequired(_l("Enter a new password."))], render_kw={"autocomplete": "new-password"}
    )


class EnterForm(Form):
    """One button: nothing is asked."""
