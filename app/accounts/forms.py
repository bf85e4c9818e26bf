"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.web.forms import Form, TextField


class SignInForm(Form):
    username = TextField(_l("Sign-in name"), [InputRequired(_l("Enter your sign-in name.")), Length(max=80)],
                         render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=200)],
                             render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class NewPasswordForm(Form):
    old_password = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password."))],
                                 render_kw={"autocomplete": "current-password"})
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))],
                             render_kw={"autocomplete": "new-password"})
