"""Forms of records."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.kernel.dates import years
from app.kernel.labels import label_of
from app.kernel.problems import N_, Problem, Refused
from app.plans.types import PromptLevel
from app.teams.forms import NEAR
from app.timetables.types import Confirmation, MissedReason
from app.visits.types import PointInput, TimesGiven
from app.web.choices import RadioField
from app.web.forms import DayField, Form, TextField, WhoField
from app.web.reading import whole_number


class TapField(RadioField):
    """Radio buttons over an enumeration, as big buttons."""

    def __init__(self, label: Any = None, validators: Any = None, *, kind: Any, **values: Any) -> None:
        super().__init__(
            label,
            validators,
            coerce=lambda text: kind(text) if text else None,
            choices=lambda: [(one.value, gettext(label_of(one))) for one in kind],
            validate_choice=False,
            **values,
        )


_WHY = _l("Why it comes late or differs")


class RecordForm(Form):
    key = HiddenField(default=lambda: str(uuid.uuid4()))
    corrects_id = HiddenField()
    version = HiddenField()
    times = TapField(_l("When was the visit?"), kind=TimesGiven)
    day = DayField(_l("Day"), [InputRequired(_l("Enter the day."))], within=NEAR, offers=years(back=3).between)
    start = TimeField(_l("Began"), [InputRequired(_l("Enter when the visit began."))])
    end = TimeField(_l("Ended"), [InputRequired(_l("Enter when the visit ended."))])
    practice = TextAreaField(_l("What the family practises"), [Length(max=2000)], render_kw={"rows": 3})
    note = TextAreaField(_l("How it went"), [Length(max=4000)], render_kw={"rows": 3})
    explanation = TextAreaField(_WHY, [Length(max=1000)], render_kw={"rows": 2})
    confirmation = TapField(_l("Guardian's confirmation"), kind=Confirmation, default=Confirmation.NOT_YET.value)
    confirmed_by = WhoField(_l("Name of the guardian who confirms"), [Length(max=120)])

    def points(self, objectives: Any) -> tuple[PointInput, ...]:
        """What was tapped for each objective; those left alone are not in it. Raises Refused for others."""
        found = []
        for one in objectives:
            prompt = request.form.get(f"prompt-{one.objective_key}")
            done = request.form.get(f"done-{one.objective_key}")
            if prompt and prompt not in set(PromptLevel) or done and whole_number(done) is None:
                raise Refused(Problem("not_offered", N_("Not a valid choice.")))
            if prompt or done:
                found.append(
                    PointInput(
                        one.objective_key,
                        PromptLevel(prompt) if prompt else None,
                        whole_number(done),
                        one.trials,
                    )
                )
        return tuple(found)


class MissForm(Form):
    key = HiddenField(default=lambda: str(uuid.uuid4()))
    corrects_id = HiddenField()
    reason = TapField(
        _l("Why it did not happen"), [InputRequired(_l("Choose why the visit did not happen."))], kind=MissedReason
    )
    note = TextAreaField(_l("Note"), [Length(max=4000)], render_kw={"rows": 3})
    explanation = TextAreaField(_WHY, [Length(max=1000)], render_kw={"rows": 2})


class ExcuseForm(Form):
    shown = IntegerField(widget=HiddenInput())
    reason = TextField(
        _l("Why it need not be made up"),
        [InputRequired(_l("Say in a few words why these minutes need not be made up.")), Length(max=400)],
        render_kw={"autocomplete": "off"},
    )
