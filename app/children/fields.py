"""Fields that the pages of a child's file share: yes/no/not known, one that must hold something."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation

from app.web.choices import SelectField


class Needed:
    """A field that must hold something; unlike DataRequired 0 and False are values."""

    field_flags = {"required": True}

    def __init__(self, message):
        self.message = message

    def __call__(self, form, field):
        if field.data in (None, "") and not field.errors:
            raise StopValidation(str(self.message))


class YesNoField(SelectField):
    """Yes, no, or not known (None)."""

    def __init__(self, label=None, validators=None, **values):
        super().__init__(label, validators, coerce=self._coerce, choices=(
            ("", _l("Not known")), ("yes", _l("Yes")), ("no", _l("No"))), **values)

    @staticmethod
    def _coerce(value):
        return {"yes": True, "no": False, True: True, False: False}.get(value)

    def iter_choices(self):
        chosen = {True: "yes", False: "no"}.get(self.data, "")
        for one in self.choices:
            yield Choice(one.value, one.label, one.value == chosen, one.render_kw)

    def pre_validate(self, form):
        """Every value that is not yes or no means not known."""
