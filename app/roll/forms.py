"""Forms of the roll."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, Optional

from app.kernel.dates import Horizon, years
from app.kernel.problems import N_, Problem, Refused
from app.roll.queries import find_school
from app.roll.rules import PAST
from app.roll.types import AttendanceMode, LrcKind, MovementKind
from app.web.choices import RadioField, SelectField
from app.web.filters import label
from app.web.forms import AboutForm, ChoiceField, DayField, Form, TextField

COME = years(back=20)
"""A movement counts from a day that has come; what is finer, the rules say."""
ENDS = years(back=3, ahead=3)
GRADES = [("", ""), *((str(grade), str(grade)) for grade in range(1, 10))]
SHORT = {"autocomplete": "off"}


def _grade(label: object, *, required: bool = True) -> SelectField:
    checks = [InputRequired(_l("Choose the grade."))] if required else [Optional()]
    return SelectField(label, checks, choices=GRADES, coerce=lambda text: int(text) if text else None)


def _day(label: object, words: object, within: Horizon = COME) -> DayField:
    return DayField(label, [InputRequired(words)], within=within)


def _reason() -> TextField:
    return TextField(_l("Reason"), [InputRequired(_l("Say why, in one sentence.")), Length(max=400)], render_kw=SHORT)


def _proof(label: object) -> TextField:
    return TextField(
        label, [InputRequired(_l("Name the paper, its issuer and its date.")), Length(max=400)], render_kw=SHORT
    )


def _school(label: object, *, required: bool) -> TextField:
    checks = [InputRequired(_l("Choose the school."))] if required else []
    return TextField(label, [*checks, Length(max=140)], render_kw={"list": "schools", **SHORT})


class ClassForm(Form):
    """Class, mode of attendance and the other two schools."""

    grade = _grade(_l("Grade"))
    class_name = TextField(_l("Class"), [Length(max=60)], render_kw=SHORT)
    attendance = ChoiceField(_l("Mode of attendance"), kind=AttendanceMode, blank="")
    lrc = ChoiceField(_l("Learning in a regular class"), kind=LrcKind, blank="")
    attending = _school(_l("Attending school"), required=False)
    delivering = _school(_l("Delivering school"), required=False)


class EnrolForm(ClassForm):
    school = _school(_l("Roll school"), required=True)
    number = TextField(_l("Student number"), [Length(max=40)], render_kw=SHORT)
    on = _day(_l("On the roll from"), _l("Enter the day."))


class LinksForm(ClassForm):
    on = _day(_l("Valid from"), _l("Enter the day."))
    reason = _reason()


class NumberForm(Form):
    number = TextField(
        _l("New student number"), [InputRequired(_l("Enter the student number.")), Length(max=40)], render_kw=SHORT
    )
    on = _day(_l("Valid from"), _l("Enter the day."))
    reason = _reason()


class SuspendForm(Form):
    on = _day(_l("Suspended from"), _l("Enter the day."))
    due_on = _day(_l("Suspended until"), _l("Enter the day it ends."), ENDS)
    reason = _reason()
    proof = _proof(_l("Proof (hospital of county level or higher)"))


class ExtendForm(Form):
    on = _day(_l("Asked for on"), _l("Enter the day."))
    due_on = _day(_l("Suspended until"), _l("Enter the day it ends."), ENDS)
    reason = _reason()
    proof = _proof(_l("Proof that it goes on"))


class ResumeForm(Form):
    on = _day(_l("Back from"), _l("Enter the day."))
    grade = _grade(_l("Joins grade"))
    reason = _reason()
    proof = _proof(_l("Proof of recovery, or why none is needed"))


class LeaveForm(Form):
    """What takes a child from its school; `kind` offers what its state allows."""

    kind = RadioField(_l("What happened"), [InputRequired(_l("Choose what happened."))])
    on = _day(_l("Since"), _l("Enter the day."))
    reason = _reason()
    proof = _proof(_l("Proof"))

    def offer(self, kinds: list[MovementKind]) -> None:
        """Offer these kinds."""
        self.kind.choices = [(kind.value, label(kind)) for kind in kinds]


class DeferForm(Form):
    on = _day(_l("Decided on"), _l("Enter the day."))
    due_on = _day(_l("Deferred until"), _l("Enter the day it ends."), ENDS)
    reason = _reason()
    proof = _proof(_l("Guardian's application with hospital report or disability card"))


class AnswerForm(AboutForm):
    """Yes or no of a second person or of a party."""

    answer = RadioField(
        _l("Answer"), [InputRequired(_l("Agree or refuse."))], choices=[("yes", _l("Agree")), ("no", _l("Refuse"))]
    )
    reason = TextField(_l("Reason (needed to refuse)"), [Length(max=400)], render_kw=SHORT)


class FindForm(Form):
    """Step one of a transfer: the child by an exact number."""

    number = TextField(
        _l("Student number, ID number or file number"),
        [InputRequired(_l("Enter the whole number.")), Length(max=40)],
        render_kw=SHORT,
    )


class TransferForm(FindForm):
    """Step two: where to, from when, why."""

    school = _school(_l("Receiving school"), required=True)
    grade = _grade(_l("Grade"))
    effective_on = _day(_l("Takes effect on"), _l("Enter the day."), years(ahead=1))
    reason = _reason()


class WithdrawForm(AboutForm):
    """Why a transfer is given up."""

    reason = _reason()


class RedateForm(AboutForm):
    """Another day on which an agreed transfer begins, and why."""

    effective_on = _day(_l("Begins on"), _l("Enter the day."), years(ahead=1))
    reason = _reason()


class FilterForm(Form):
    """Filters above the list of movements; never posted."""

    class Meta:
        csrf = False

    kind = ChoiceField(_l("Movement"), kind=MovementKind, blank=N_("All kinds"))
    since = DayField(_l("From this day on"), [Optional()], within=PAST)
    q = TextField(_l("Name begins with"))


def needed_school(form: BaseForm, name: str) -> uuid.UUID:
    """The school written in a field that the form wants filled in. Raises Refused when no one school is meant."""
    found = school_of(form, name)
    assert found
    return found


def school_of(form: BaseForm, name: str) -> uuid.UUID | None:
    """The school written in a field; None when it is empty. Raises Refused when no one school is meant."""
    words = form[name].data
    if not words:
        return None
    school_id = find_school(words)
    if school_id is None:
        raise Refused(
            Problem("no_school", N_("There is no such school. Give its 10-digit code or its full name."), field=name)
        )
    return school_id
