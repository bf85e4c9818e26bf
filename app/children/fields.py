"""Fields that the pages of a child's file share: a day, yes/no/not known, a number within bounds."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import StopValidation

from app.kernel.dates import parse_day


class DayField(DateField):
    """A calendar day, from the browser's picker or typed in any usual way (20160901, 2016-9-1, 2016年9月1日)."""

    def process_formdata(self, valuelist):
        if not valuelist:
            return
        checked = parse_day(valuelist[0])
        self.data = checked.value
        if not checked.ok:
            raise ValueError(checked.problem.text(gettext))

    def _value(self):
        if self.raw_data and not self.data:
            return self.raw_data[0]
        return self.data.isoformat() if self.data else ""


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
        for value, label in self.choices:
            yield value, label, value == chosen, {}

    def pre_validate(self, form):
        """Every value that is not yes or no means not known."""
