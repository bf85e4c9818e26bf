"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.access import Role
from app.accounts.types import STAFF_ROLES
from app.web.choices import SelectField
from app.web.forms import ChoiceField, Form, NameField, TextField, WhoField


class SignInForm(Form):
    username = TextField(
        _l("Sign-in name"),
        [InputRequired(_l("Enter your sign-in name.")), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    kept = HiddenField()


class NewPasswordForm(Form):
    old_password = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"), [InputRequired(_l("Enter a new password."))], render_kw={"autocomplete": "new-password"}
    )


class FirstAdministratorForm(Form):
    username = TextField(
        _l("Sign-in name"),
        [InputRequired(_l("Enter a sign-in name.")), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    name = WhoField(_l("Your name"), [InputRequired(_l("Enter your name.")), Length(max=120)])
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter a password."))], render_kw={"autocomplete": "new-password"}
    )


class NewUserForm(Form):
    username = TextField(
        _l("Sign-in name"),
        [InputRequired(_l("Enter a sign-in name.")), Length(max=80)],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    name = NameField(
        _l("Name"), [InputRequired(_l("Enter the person's name.")), Length(max=120)], render_kw={"autocomplete": "off"}
    )


class RoleForm(Form):
    role = ChoiceField(
        _l("Role"), [InputRequired(_l("Choose a role."))], kind=Role, only=STAFF_ROLES, blank=_l("Choose a role.")
    )
    unit_id = SelectField(_l("District (for a district coordinator or an expert)"), choices=[])
    school_code = TextField(_l("School code (for a school coordinator or a visiting teacher)"), [Length(max=10)])
    teacher_number = TextField(_l("Teacher's number (for a visiting teacher)"), [Length(max=40)])
