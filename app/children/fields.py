"""Fields that the pages of a child's file share: yes/no/not known, one that must hold something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.fields.choices import Choice
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from app.web.choices import Checks, SelectField


class Needed:
    """A field that must hold something; unlike DataRequired 0 and False are values."""

    field_flags = {"required": True}

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.data in (None, "") and not field.errors:
            raise StopValidation(str(self.message))


class YesNoField(SelectField):
    """Yes, no, or not known (None)."""

    def __init__(self, label: object = None, validators: Checks | None = None, **values: Any) -> None:
        super().__init__(
            label,
            validators,
            coerce=self._coerce,
            choices=(("", _l("Not known")), ("yes", _l("Yes")), ("no", _l("No"))),
            **values,
        )

    @staticmethod
    def _coerce(value: object) -> bool | None:
        if value in (None, ""):
            return None
        found = {"yes": True, "no": False, True: True, False: False}.get(value)
        if found is None:
            raise ValueError
        return found

    def iter_choices(self) -> Iterator[Choice]:
        chosen = {True: "yes", False: "no"}.get(self.data, "")
        for one in self.choices or ():
            yield Choice(one.value, one.label, one.value == chosen, one.render_kw)
