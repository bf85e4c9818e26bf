"""Words that are saved can be printed: signs of a word processor become plain ones, others are named at their field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext
from wtforms import Field, FieldList, FormField, HiddenField, PasswordField, StringField
from wtforms.form import BaseForm

from app.kernel.pasted_signs import plain_signs
from app.printing.engine import in_names, missing, unprintable


class Unprintable(str):
    """What is said at a field about signs that cannot be printed. Where several fields have some, the summary above
    the form says it once for all of them (templates/components/error_summary.html)."""


def make_plain(form: BaseForm) -> None:
    """Bring the signs of pasted text in every field of words to plain ones (app/kernel/pasted_signs.py)."""
    for field in _fields_of_words(form):
        plain = plain_signs(field.data, name=_is_name(field))
        if plain != field.data:
            field.data = plain.strip()


def is_printable(form: BaseForm) -> bool:
    """Whether every field of words can be printed; a sign that no font has is named at its field, with its place.

    A Han character of a name is never refused (app/printing/engine.py), a private code of one always: a name says which
    character it is.
    """
    named = []
    for field in _fields_of_words(form):
        text = field.data
        if _is_name(field):
            text = in_names(text)
        if problems := unprintable(text):
            field.errors = [*field.errors, *(Unprintable(problem.text(gettext)) for problem in problems)]
            named.append((field, missing(text)))
    form.unprintable = named if len(named) > 1 else []
    return not named


def _is_name(field: Field) -> bool:
    return getattr(field, "is_name", False)


def _fields_of_words(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that somebody filled in with words, in forms within the form too."""
    for field in fields:
        if isinstance(field, FormField):
            yield from _fields_of_words(field.form)
        elif isinstance(field, FieldList):
            yield from _fields_of_words(field.entries)
        elif (
            isinstance(field, StringField)
            and not isinstance(field, (HiddenField, PasswordField))
            and field.raw_data
            and isinstance(field.data, str)
        ):
            yield field
