"""Forms of teams and of families' times."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any, overload

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from app.kernel.dates import years
from app.kernel.problems import N_, Problem
from app.schools.types import TeacherSex
from app.teams.rules import split_needs
from app.teams.types import FamilyWishes, Stretch
from app.web.choices import Checks, RadioField, SelectField
from app.web.filters import label, span
from app.web.forms import ChoiceField, DayField, Form, SharedForm, TextField
from app.web.reading import as_uuid

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
STRETCHES = 2
NEAR = years(back=3, ahead=2)
"""Days of visits, of a teacher's absence, of what happened to a month."""


@overload
def minutes_of(value: time) -> int: ...
@overload
def minutes_of(value: time | None) -> int | None: ...
def minutes_of(value: time | None) -> int | None:
    """A clock time as minutes after midnight."""
    return None if value is None else 60 * value.hour + value.minute


def clock_of(minutes: int | None) -> time | None:
    """Minutes after midnight as a clock time (24:00 is shown as 23:59)."""
    return None if minutes is None else time(min(minutes, 1439) // 60, min(minutes, 1439) % 60)


class TeamForm(Form):
    name = TextField(
        _l("Name of the team"), [InputRequired(_l("Enter a name for the team, such as 3rd team.")), Length(max=120)]
    )
    lead = SelectField(_l("Leading teacher"), coerce=as_uuid)
    second = SelectField(_l("Second teacher"), coerce=as_uuid)
    third = SelectField(_l("Third teacher"), coerce=as_uuid)
    apart = RadioField(
        _l("How they set out"),
        default="0",
        choices=[
            ("0", _l("Together, from the leading teacher's school")),
            ("1", _l("Each from the own school; they meet at the child's home")),
        ],
    )
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


class WishesForm(SharedForm):
    sex = ChoiceField(_l("One of the teachers is"), [Optional()], kind=TeacherSex, blank=N_("no wish"))
    sex_firm = RadioField(_l("This is"), [Optional()], default="wish", choices=FIRMNESS)
    words = TextField(
        _l("One of the teachers has this skill or speaks this language"),
        [Length(max=200)],
        description=_l("Words with commas between them, as they stand with the teachers."),
    )
    words_firm = RadioField(_l("These words are"), [Optional()], default="wish", choices=FIRMNESS)

    @classmethod
    def filled(cls, wishes: FamilyWishes) -> WishesForm:
        """The form with known wishes in it (or with what was posted)."""
        return cls(
            sex=wishes.sex,
            sex_firm="must" if wishes.sex_must else "wish",
            words="、".join(wishes.words),
            words_firm="must" if wishes.words_must else "wish",
        )

    @property
    def wishes(self) -> FamilyWishes:
        """What was entered."""
        return FamilyWishes(
            self.sex.data, self.sex_firm.data == "must", split_needs(self.words.data), self.words_firm.data == "must"
        )


def wish_lines(wishes: FamilyWishes) -> list[str]:
    """What a family wishes, in words."""
    said = [label(wishes.sex)] if wishes.sex else []
    return [*said, *wishes.words]


def week_lines(stretches: Iterable[Stretch]) -> list[str]:
    """The times of a week in words: a weekday and its hours each."""
    return [f"{WEEKDAYS[one.weekday]} {span(one.start, one.end)}" for one in stretches]


class WeekForm(SharedForm):
    """Two stretches on each weekday; fields are day<weekday>_<n>_start and …_end."""

    @classmethod
    def filled(cls, stretches: list[Stretch], prefix: str = "") -> WeekForm:
        """The form with known times in it (or with what was posted)."""
        known: dict[str, time | None] = {}
        seen: dict[int, int] = {}
        for one in stretches:
            place = seen.setdefault(one.weekday, 0)
            seen[one.weekday] += 1
            known[f"day{one.weekday}_{place}_start"] = clock_of(one.start)
            known[f"day{one.weekday}_{place}_end"] = clock_of(one.end)
        return cls(prefix=prefix, data=known)

    def rows(self) -> list[tuple[Any, list[tuple[Field, Field]]]]:
        """(weekday's name, its fields) for the template."""
        return [
            (WEEKDAYS[w], [(self[f"day{w}_{n}_start"], self[f"day{w}_{n}_end"]) for n in range(STRETCHES)])
            for w in range(7)
        ]

    def validate(self, extra_validators: Mapping[str, Checks] | None = None) -> bool:
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
        return [
            Stretch(w, start, end)
            for w in range(7)
            for n in range(STRETCHES)
            if (start := minutes_of(self[f"day{w}_{n}_start"].data)) is not None
            and (end := minutes_of(self[f"day{w}_{n}_end"].data)) is not None
        ]

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Problems of a weekday (day-3) stand at its first field."""
        super().refuse(
            [p.on(f"day{p.field[4:]}_0_start") if p.field and p.field.startswith("day-") else p for p in problems]
        )


for _weekday in range(7):
    for _number in range(STRETCHES):
        for _end, _words in (("start", _l("from")), ("end", _l("to"))):
            setattr(WeekForm, f"day{_weekday}_{_number}_{_end}", TimeField(_words, [Optional()]))
