"""The base of all forms: CSRF, a key that makes a repeated post harmless, refusals shown at their fields."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, FieldList, FormField, HiddenField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from app.kernel.clock import today
from app.kernel.dates import Horizon, check_between, parse_day
from app.kernel.labels import label_of
from app.kernel.problems import Problem
from app.web.choices import Checks, Label, SelectField
from app.web.edge import one_line
from app.web.i18n import words
from app.web.printable import is_printable, make_plain
from app.web.quick.controls import Options
from app.web.reading import MOST
from app.web.said import Said

LOCAL = ZoneInfo("Asia/Shanghai")


class Form(FlaskForm):
    """`form.validate_on_submit()`, then the action; on `Refused` call `form.refuse(error.problems)` and show it again
    with status 422."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: BaseForm) -> Said:
            return Said()

    form_key = HiddenField("", default=lambda: str(uuid.uuid4()))

    def process(self, *given: Any, **values: Any) -> None:
        """Take in what was posted, with the plain signs for those of a word processor."""
        super().process(*given, **values)
        make_plain(self)

    def validate(self, extra_validators: Mapping[str, Checks] | None = None) -> bool:
        """Also: numbers that a column can hold, words that can be printed (refused here, never when the paper is
        wanted), and a key that no earlier form of other words had."""
        valid = all(
            [
                super().validate(extra_validators),
                *(_holds(field) for field in _leaves(self)),
                not self.is_submitted() or is_printable(self),
            ]
        )
        return not self._is_given_back() and valid and not self._was_sent()

    def _is_given_back(self) -> bool:
        """Say that these words come from before the session ended: they are to be looked at, not written."""
        if not g.get("given_back"):
            return False
        self.form_errors.append(
            gettext("You wrote this before your session ended. It is not saved yet: check it and send it.")
        )
        if "form_key" in self:
            self.form_key.raw_data, self.form_key.data = None, str(uuid.uuid4())
        return True

    def _was_sent(self) -> bool:
        """Say that this page was sent before with other words: they are saved, these are not yet."""
        at = g.get("sent_before")
        if at is None:
            return False
        self.form_errors.append(
            gettext(
                "You sent this page before, at %(time)s, and that was saved. What stands here now differs and is not "
                "saved yet. Look first at what was saved; send this only if it is to be saved too.",
                time=f"{at.astimezone(LOCAL):%H:%M}",
            )
        )
        if "form_key" in self:
            self.form_key.raw_data, self.form_key.data = None, str(uuid.uuid4())
        return True

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put each problem's sentence at its field, or on top when no field of that name exists."""
        for problem in problems:
            text = problem.text(gettext)
            field = self._fields.get(problem.field) if problem.field else None
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]


class AboutForm(Form):
    """A form that answers something carries what its page showed; the action refuses it when that is not so any more.

    Show `about` with `hidden_fields`; the view calls `show_about` before it renders.
    """

    about = HiddenField()

    def show_about(self, now: object) -> None:
        """Carry what the page shows now; whoever answered something else chooses anew."""
        shown = "" if now is None else str(now)
        if self.is_submitted() and self.about.data != shown and "answer" in self:
            self["answer"].data = None
        self.about.data = shown


class SharedForm(Form):
    """A form over what several people may change: it carries what its page showed, and is not taken over what somebody
    else has saved since.

    The view calls `shows` before it validates, and answers with `status`.
    """

    seen = HiddenField()
    theirs: Sequence[str] | None = None

    def shows(self, stored: object, lines: Callable[[], Sequence[str]]) -> None:
        """`stored`: what is kept now (its repr tells it apart); `lines`: the same in words, for who is told of it."""
        now = hashlib.sha256(repr(stored).encode()).hexdigest()[:16]
        if self.is_submitted() and self.seen.data and self.seen.data != now:
            self.theirs = lines()
        self.seen.data, self.seen.raw_data = now, None

    def validate(self, extra_validators: Mapping[str, Checks] | None = None) -> bool:
        valid = super().validate(extra_validators)
        if self.theirs is None:
            return valid
        self.form_errors.append(
            gettext(
                "Somebody else changed this while you had it open. Now it says: %(theirs)s. What you typed stands "
                "below and is not saved; saving again puts it in place of theirs.",
                theirs="；".join(self.theirs) or gettext("nothing"),
            )
        )
        return False

    @property
    def status(self) -> int:
        """409 where somebody else saved meanwhile, 422 for what was refused, else 200."""
        return 409 if self.theirs is not None else 422 if self.is_submitted() else 200


def _leaves(form: Iterable[Field]) -> Iterator[Field]:
    """Every field of a form, those of its parts and rows too."""
    for field in form:
        if isinstance(field, FormField):
            yield from _leaves(field.form)
        elif isinstance(field, FieldList):
            yield from (
                one
                for entry in field.entries
                for one in (_leaves(entry.form) if isinstance(entry, FormField) else [entry])
            )
        else:
            yield field


def _holds(field: Field) -> bool:
    """Say at its field when a number is none, or more than a column holds."""
    value = field.data
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float, Decimal))
        or (isinstance(value, int) or isfinite(value))
        and -MOST <= value <= MOST
    ):
        return True
    field.errors = [*field.errors, gettext("This number is too large. Check it.")]
    return False


def strip(text: str | None) -> str | None:
    """Filter for text fields: without blanks at the ends."""
    return text.strip() if isinstance(text, str) else text


def on_one_line(text: str | None) -> str | None:
    """Filter for fields of one line: a browser sends no line end there, something else may."""
    return one_line(text).strip() if isinstance(text, str) else text


class TextField(StringField):
    """A text field of one line, without blanks at its ends."""

    def __init__(
        self,
        label: Label | None = None,
        validators: Checks | None = None,
        filters: Iterable[Callable[[Any], Any]] = (),
        **values: Any,
    ) -> None:
        super().__init__(label, validators, filters=(*filters, on_one_line), **values)


class DayField(DateField):
    """A calendar day, from the browser's picker or typed in any usual way (20160901, 2016-9-1, 2016年9月1日).

    Every day has a horizon of its own (`within`): a year typed wrong is refused where it is typed, with the first and
    the last day that make sense, before it stands in a plan or on the roll. What is finer, the rules say; where they
    are narrower, the picker offers what they allow (`offers`: the first and the last day, for today).
    """

    def __init__(
        self,
        label: Label | None = None,
        validators: Checks | None = None,
        *,
        within: Horizon,
        offers: Callable[[date], tuple[date, date]] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(label, validators, **values)
        self._within = within
        self._range: tuple[date, date] | None = None
        first, last = (offers or within.between)(today())
        self.flags.min, self.flags.max = first.isoformat(), last.isoformat()

    def bound(self, first: date, last: date) -> None:
        """Take these days only, where the case has a range narrower than any horizon: one range, the true one, is what
        the picker offers and what a refusal says."""
        self._range = (first, last)
        self.flags.min, self.flags.max = first.isoformat(), last.isoformat()

    def offer(self, first: date, last: date) -> None:
        """Let the picker offer these days only, where a rule of the case says in its own words what is wrong with
        others."""
        self.flags.min, self.flags.max = first.isoformat(), last.isoformat()

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        if not valuelist[0].strip():
            self.raw_data = [""]  # blanks are no input: a day that must be there is asked for
        checked = parse_day(valuelist[0])
        self.data = checked.value
        if checked.problem:
            raise ValueError(checked.problem.text(gettext))

    @property
    def day(self) -> date:
        """The day of a field that must be filled in, once the form was found right."""
        assert self.data is not None
        return self.data

    def pre_validate(self, form: BaseForm) -> None:
        first, last = self._range or (self._within.first(today()), self._within.last(today()))
        for problem in check_between(self.data, first, last):
            raise StopValidation(problem.text(gettext))

    def _value(self) -> str:
        if self.raw_data and not self.data:
            return self.raw_data[0]
        return self.data.isoformat() if self.data else ""


class WhoField(TextField):
    """A text field for a name: its rare characters are kept, and a private code never becomes another sign
    (app/web/printable.py)."""

    is_name = True


class NameField(WhoField):
    """A text field for a name; under it stands a link that helps to find a character no keyboard offers."""

    may_hold_rare_characters = True


class ChoiceField(SelectField):
    """A select over an enumeration with its translated labels; `blank` adds an empty first choice (data is None)."""

    widget = Options()

    def __init__(
        self,
        label: Label | None = None,
        validators: Checks | None = None,
        *,
        kind: type[StrEnum],
        blank: str | None = None,
        only: Iterable[StrEnum] | None = None,
        **values: Any,
    ) -> None:
        self._kind, self._blank = kind, blank
        self._members = tuple(only) if only is not None else tuple(kind)
        super().__init__(label, validators, coerce=self._coerce, choices=self.pairs, **values)

    def pairs(self) -> list[tuple[str, str]]:
        """Value and words of each choice, in the language of the page."""
        made = [(member.value, words.gettext(label_of(member))) for member in self._members]
        return [("", words.gettext(self._blank) if self._blank else ""), *made] if self._blank is not None else made

    def _coerce(self, value: str | StrEnum | None) -> StrEnum | None:
        if value in (None, ""):
            return None
        return value if isinstance(value, self._kind) else self._kind(value)

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is None and self._blank is not None:
            return
        if self.data not in self._members:
            raise ValidationError(self.gettext("Not a valid choice."))
