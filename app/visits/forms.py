"""Forms of visits."""

from __future__ import annotations

import uuid
from datetime import time

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.dates import years
from app.kernel.labels import label_of
from app.kernel.problems import N_
from app.plans.types import PromptLevel
from app.schools.types import TeacherSex
from app.visits.rules import split_needs
from app.visits.types import (
    Confirmation,
    FamilyWishes,
    LegFacts,
    LegHalf,
    MissedReason,
    PointInput,
    RoadServiceKind,
    Stretch,
    TimesGiven,
)
from app.web.choices import RadioField, SelectField, SelectMultipleField
from app.web.forms import ChoiceField, DayField, Form, TextField, WhoField
from app.web.reading import whole_number

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
STRETCHES = 2
NEAR = years(back=3, ahead=2)
"""Days of visits, of a teacher's absence, of what happened to a month."""


def minutes_of(value: time | None) -> int | None:
    """A clock time as minutes after midnight."""
    return None if value is None else 60 * value.hour + value.minute


def clock_of(minutes: int | None) -> time | None:
    """Minutes after midnight as a clock time (24:00 is shown as 23:59)."""
    return None if minutes is None else time(min(minutes, 1439) // 60, min(minutes, 1439) % 60)


def as_uuid(text: str | uuid.UUID | None) -> uuid.UUID | None:
    """The id in a select, or None for the empty choice. Raises ValueError for anything else."""
    return uuid.UUID(str(text)) if text else None


def is_id(text: str | None) -> bool:
    """True for the text of an id."""
    try:
        return as_uuid(text) is not None
    except ValueError:
        return False


ALL_UNITS = "all"
"""The choice of every unit whose timetables somebody makes."""


def as_unit(text: str | uuid.UUID | None) -> uuid.UUID | str | None:
    """The unit in a select, or `ALL_UNITS`. Raises ValueError for anything else."""
    return ALL_UNITS if text == ALL_UNITS else as_uuid(text)


class TimetableForm(Form):
    unit_id = SelectField(_l("District"), coerce=as_unit)
    month = TextField(_l("Month"), [InputRequired(_l("Enter a month like 2026-10."))], render_kw={"type": "month"})
    span = RadioField(_l("What to plan"), [Optional()], default="month", choices=[
        ("month", _l("This month")), ("term", _l("The whole term from this month on"))])
    keep = RadioField(_l("Teams and weekdays"), [Optional()], default="anew", choices=[
        ("anew", _l("Choose anew")), ("former", _l("Keep those of the month before"))])
    seconds = RadioField(_l("How long to search"), [
        InputRequired(_l("Choose how long to search.")), NumberRange(1, 1800, _l("Choose how long to search."))],
        coerce=int, default=60, validate_choice=False, choices=[
            (5, _l("A first look")), (60, _l("As usual")), (300, _l("Thorough")), (1200, _l("Very thorough"))])
    seed = IntegerField(_l("Seed"), [Optional(), NumberRange(0, 999_999, _l("Enter a number from 0 to 999999."))],
                        default=1)


class TeamForm(Form):
    name = TextField(_l("Name of the team"), [InputRequired(_l("Enter a name for the team, such as 3rd team.")),
                                              Length(max=120)])
    lead = SelectField(_l("Leading teacher"), coerce=as_uuid)
    second = SelectField(_l("Second teacher"), coerce=as_uuid)
    third = SelectField(_l("Third teacher"), coerce=as_uuid)
    apart = RadioField(_l("How they set out"), default="0", choices=[
        ("0", _l("Together, from the leading teacher's school")),
        ("1", _l("Each from the own school; they meet at the child's home"))])
    active = SelectField(_l("State"), choices=[("1", _l("visits")), ("0", _l("no longer visits"))], default="1")
    revision = HiddenField(default="0")

    @property
    def member_ids(self) -> list[uuid.UUID]:
        """The chosen teachers, the leading one first."""
        return [one for one in (self.lead.data, self.second.data, self.third.data) if one]


class LeaveForm(Form):
    teacher_id = SelectField(_l("Teacher"), coerce=as_uuid)
    first_on = DayField(_l("First day away"), [InputRequired(_l("Enter the first day."))], within=NEAR)
    last_on = DayField(_l("Last day away"), [InputRequired(_l("Enter the last day."))], within=NEAR)
    reason = TextField(_l("Reason"), [Length(max=200)])


FIRMNESS = (("wish", _l("a wish")), ("must", _l("a must: nobody else may come")))


class WishesForm(Form):
    sex = ChoiceField(_l("One of the teachers is"), [Optional()], kind=TeacherSex, blank=N_("no wish"))
    sex_firm = RadioField(_l("This is"), [Optional()], default="wish", choices=FIRMNESS)
    words = TextField(_l("One of the teachers has this skill or speaks this language"), [Length(max=200)],
                      description=_l("Words with commas between them, as they stand with the teachers."))
    words_firm = RadioField(_l("These words are"), [Optional()], default="wish", choices=FIRMNESS)

    @classmethod
    def filled(cls, wishes: FamilyWishes) -> WishesForm:
        """The form with known wishes in it (or with what was posted)."""
        return cls(sex=wishes.sex, sex_firm="must" if wishes.sex_must else "wish", words="、".join(wishes.words),
                   words_firm="must" if wishes.words_must else "wish")

    @property
    def wishes(self) -> FamilyWishes:
        """What was entered."""
        return FamilyWishes(self.sex.data, self.sex_firm.data == "must", split_needs(self.words.data),
                            self.words_firm.data == "must")


class WeekForm(Form):
    """Two stretches on each weekday; fields are day<weekday>_<n>_start and …_end."""

    @classmethod
    def filled(cls, stretches: list[Stretch], prefix: str = "") -> WeekForm:
        """The form with known times in it (or with what was posted)."""
        known, seen = {}, {}
        for one in stretches:
            place = seen.setdefault(one.weekday, 0)
            seen[one.weekday] += 1
            known[f"day{one.weekday}_{place}_start"] = clock_of(one.start)
            known[f"day{one.weekday}_{place}_end"] = clock_of(one.end)
        return cls(prefix=prefix, data=known)

    def rows(self):
        """(weekday's name, its fields) for the template."""
        return [(WEEKDAYS[w], [(self[f"day{w}_{n}_start"], self[f"day{w}_{n}_end"]) for n in range(STRETCHES)])
                for w in range(7)]

    def validate(self, extra_validators=None) -> bool:
        """Each stretch has both ends or none."""
        valid = super().validate(extra_validators)
        for _name, pairs in self.rows():
            for start, end in pairs:
                if (start.data is None) != (end.data is None):
                    lacking = start if start.data is None else end
                    lacking.errors = [*lacking.errors, gettext("Enter both the beginning and the end, or neither.")]
                    valid = False
        return valid

    @property
    def stretches(self) -> list[Stretch]:
        """The times entered."""
        return [Stretch(w, minutes_of(self[f"day{w}_{n}_start"].data), minutes_of(self[f"day{w}_{n}_end"].data))
                for w in range(7) for n in range(STRETCHES) if self[f"day{w}_{n}_start"].data is not None]

    def refuse(self, problems) -> None:
        """Problems of a weekday (day-3) stand at its first field."""
        super().refuse([p.on(f"day{p.field[4:]}_0_start") if p.field and p.field.startswith("day-") else p
                        for p in problems])


for _weekday in range(7):
    for _number in range(STRETCHES):
        for _end, _words in (("start", _l("from")), ("end", _l("to"))):
            setattr(WeekForm, f"day{_weekday}_{_number}_{_end}", TimeField(_words, [Optional()]))


class MoveForm(Form):
    day = DayField(_l("Day"), [InputRequired(_l("Enter a day."))], within=NEAR)
    start = TimeField(_l("Beginning"), [InputRequired(_l("Enter a time."))])
    team_id = SelectField(_l("Team"), coerce=as_uuid)


class TapField(RadioField):
    """Radio buttons over an enumeration, as big buttons."""

    def __init__(self, label=None, validators=None, *, kind, **values):
        super().__init__(label, validators, coerce=lambda text: kind(text) if text else None,
                         choices=lambda: [(one.value, gettext(label_of(one))) for one in kind], validate_choice=False,
                         **values)


_WHY = _l("Why it comes late or differs")


class RecordForm(Form):
    key = HiddenField(default=lambda: str(uuid.uuid4()))
    corrects_id = HiddenField()
    version = HiddenField()
    times = TapField(_l("When was the visit?"), kind=TimesGiven)
    day = DayField(_l("Day"), [InputRequired(_l("Enter the day."))], within=NEAR)
    start = TimeField(_l("Began"), [InputRequired(_l("Enter when the visit began."))])
    end = TimeField(_l("Ended"), [InputRequired(_l("Enter when the visit ended."))])
    practice = TextAreaField(_l("What the family practises"), [Length(max=2000)], render_kw={"rows": 3})
    note = TextAreaField(_l("How it went"), [Length(max=4000)], render_kw={"rows": 3})
    explanation = TextAreaField(_WHY, [Length(max=1000)], render_kw={"rows": 2})
    confirmation = TapField(_l("Guardian's confirmation"), kind=Confirmation, default=Confirmation.NOT_YET.value)
    confirmed_by = WhoField(_l("Name of the guardian who confirms"), [Length(max=120)])

    def points(self, objectives) -> tuple[PointInput, ...]:
        """What was tapped for each objective; those left alone are not in it."""
        found = []
        for one in objectives:
            prompt = request.form.get(f"prompt-{one.objective_key}")
            done = request.form.get(f"done-{one.objective_key}")
            if prompt or done:
                found.append(PointInput(one.objective_key, PromptLevel(prompt) if prompt in set(PromptLevel) else None,
                                        whole_number(done), one.trials))
        return tuple(found)


class MissForm(Form):
    key = HiddenField(default=lambda: str(uuid.uuid4()))
    corrects_id = HiddenField()
    reason = TapField(_l("Why it did not happen"), [InputRequired(_l("Choose why the visit did not happen."))],
                      kind=MissedReason)
    note = TextAreaField(_l("Note"), [Length(max=4000)], render_kw={"rows": 3})
    explanation = TextAreaField(_WHY, [Length(max=1000)], render_kw={"rows": 2})


class ManyField(SelectMultipleField):
    """Any number of choices as checkboxes."""

    def __init__(self, label=None, **values):
        super().__init__(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **values)


MONTHS = [(n, str(n)) for n in range(1, 13)]
_LONGEST = _l("Enter a number of minutes from 1 to 600.")


class LegForm(Form):
    start = SelectField(_l("Beginning of the way"), [InputRequired(_l("Choose where the way begins."))])
    end = SelectField(_l("End of the way"), [InputRequired(_l("Choose where the way ends."))])
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(1, 600, _LONGEST)])
    both = BooleanField(_l("The way back takes as long"), default=True)
    half = ChoiceField(_l("When it holds"), kind=LegHalf, default=LegHalf.DAY)
    closed = ManyField(_l("Closed in these months"), coerce=int, choices=MONTHS)
    slow = ManyField(_l("Slower in these months"), coerce=int, choices=MONTHS)
    percent = IntegerField(_l("Then it takes, in per cent of the usual minutes"), [Optional()], default=150)
    note = TextField(_l("Note"), [Length(max=200)])
    revision = HiddenField(default="0")

    def show_ends(self, groups: dict[str, list[tuple[str, str]]]) -> None:
        """Put the ends to choose from, under their headings, into both selects."""
        for select, first in ((self.start, _l("Choose where the way begins.")), (self.end, _l("Choose where the way "
                                                                                               "ends."))):
            select.choices = {"": [("", first)], **{name: rows for name, rows in groups.items() if rows}}

    def facts(self) -> LegFacts:
        """What was entered."""
        return LegFacts(self.start.data, self.end.data, self.minutes.data, self.both.data,
                        tuple(self.closed.data or ()), tuple(self.slow.data or ()), self.percent.data or 100,
                        self.note.data or "", self.half.data)


class VillageForm(Form):
    name = TextField(_l("Name of the village"), [InputRequired(_l("Enter a name for the village.")), Length(max=120)])
    members = ManyField(_l("Homes and schools in it"), coerce=str)
    revision = HiddenField(default="0")


class RoadServiceForm(Form):
    kind = ChoiceField(_l("Kind of server"), kind=RoadServiceKind, default=RoadServiceKind.OSRM)
    address = TextField(_l("Address of the server"), [Length(max=300)],
                        render_kw={"inputmode": "url", "autocomplete": "off"})


class HappeningForm(Form):
    """What happened to a published month; which fields are shown depends on the kind."""

    teacher_id = SelectField(_l("Teacher"), coerce=as_uuid)
    child_id = SelectField(_l("Child"), coerce=as_uuid)
    first_on = DayField(_l("From"), [InputRequired(_l("Enter the first day."))], within=NEAR)
    last_on = DayField(_l("To"), [Optional()], within=NEAR)
    note = TextField(_l("Reason"), [Length(max=200)])


class PurposeForm(Form):
    purpose = TextField(_l("What is it needed for?"), [Length(max=300)])
