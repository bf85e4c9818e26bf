"""Forms of schools, teachers, rules and calendars. Choices of units and divisions are filled in by the views."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DecimalField, IntegerField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.kernel.dates import years
from app.kernel.money import format_yuan, parse_yuan
from app.kernel.problems import N_, Checked, refused
from app.kernel.telephones import check_telephone, spaced
from app.schools.rules import LIFE
from app.schools.types import AreaKind, RuleName, SchoolFacts, SchoolKind, TeacherFacts, TeacherSex
from app.schools.unit_rules import RULES
from app.web.choices import Checks, SelectField
from app.web.filters import today
from app.web.forms import ChoiceField, DayField, Form, NameField, SharedForm, TextField, WhoField

SET = years(back=20, ahead=2)
"""Days from which a rule, a calendar or a unit holds."""
_YES_NO = {"yes": True, "no": False, "": None}
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


def _uuid(value: object) -> uuid.UUID | None:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value)) if value else None


def _yes_no_choices() -> list[tuple[str, str]]:
    return [("", gettext("Not known")), ("yes", gettext("Yes")), ("no", gettext("No"))]


class UnitField(SelectField):
    """A select of managing units; the data is the unit's id or None."""

    def __init__(self, label: object = None, validators: Checks | None = None, **values: Any) -> None:
        super().__init__(label, validators, coerce=_uuid, choices=[], **values)

    def offer(self, units: Iterable[Any], blank: str | None = None) -> None:
        """Offer these units (with .id and .name), behind a first choice that means none."""
        self.choices = ([("", blank)] if blank is not None else []) + [(unit.id, unit.name) for unit in units]


class SchoolForm(SharedForm):
    code = TextField(
        _l("School identification code"),
        [InputRequired(_l("Enter the 10 digits of the code.")), Length(max=10, message=_l("The code has 10 digits."))],
    )
    name = NameField(_l("Name of the school"), [InputRequired(_l("Enter the name of the school.")), Length(max=120)])
    former_name = NameField(_l("Former name"), [Length(max=120)])
    kind = ChoiceField(_l("Kind of school"), kind=SchoolKind)
    unit_id = UnitField(_l("Managing unit"))
    division_code = SelectField(_l("District by code"))
    town_code = TextField(_l("Code of the town or street"), [Length(max=12)])
    address = TextField(_l("Address of the school"), [Length(max=200)])
    longitude = DecimalField(_l("Longitude"), [Optional()], places=None)
    latitude = DecimalField(_l("Latitude"), [Optional()], places=None)
    area = ChoiceField(_l("City, town or village"), kind=AreaKind, blank=N_("Not known"))
    principal = WhoField(_l("Principal"), [Length(max=120)])
    telephone = TextField(_l("Telephone"), [Length(max=40)])
    receives = BooleanField(_l("Receives pupils with disabilities"), default=True)
    resource_room = SelectField(_l("Resource room"), choices=_yes_no_choices, default="")
    special_teachers = IntegerField(_l("Special education teachers"), [Optional()])
    special_places = IntegerField(_l("Places for pupils with disabilities"), [Optional()])
    opened_on = DayField(_l("First day of the school"), [Optional()], within=LIFE)
    closed_on = DayField(_l("Closed from this day on"), [Optional()], within=LIFE, offers=years(back=250).between)
    successor_code = TextField(_l("Code of the school it was merged into"), [Length(max=10)])

    def show(self, facts: SchoolFacts) -> None:
        """Fill the form in from a stored school."""
        for name in self._fields:
            if hasattr(facts, name):
                self._fields[name].data = getattr(facts, name)
        self.telephone.data = spaced(facts.telephone)
        self.resource_room.data = {True: "yes", False: "no", None: ""}[facts.resource_room]

    def facts(self) -> SchoolFacts:
        """The school as the form says it."""
        telephone = self.telephone.data or None
        return SchoolFacts(
            code=self.code.data,
            name=self.name.data,
            kind=self.kind.data,
            unit_id=self.unit_id.data,
            division_code=self.division_code.data,
            town_code=self.town_code.data or None,
            address=self.address.data or None,
            longitude=_decimal(self.longitude.data),
            latitude=_decimal(self.latitude.data),
            area=self.area.data,
            principal=self.principal.data or None,
            telephone=check_telephone(telephone).value or telephone,
            receives=self.receives.data,
            resource_room=_YES_NO[self.resource_room.data],
            special_teachers=self.special_teachers.data,
            special_places=self.special_places.data,
            opened_on=self.opened_on.data,
            closed_on=self.closed_on.data,
            successor_code=self.successor_code.data or None,
            former_name=self.former_name.data or None,
        )


def _decimal(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


class MoveForm(Form):
    unit_id = UnitField(_l("New managing unit"))
    on = DayField(_l("From this day on"), [InputRequired(_l("Enter the day."))], within=SET)


class TeacherForm(Form):
    name = NameField(_l("Name"), [InputRequired(_l("Enter the name.")), Length(max=120)])
    number = TextField(_l("Staff number"), [InputRequired(_l("Enter the staff number.")), Length(max=40)])
    skills = TextField(
        _l("Skills and languages"),
        [Length(max=200)],
        description=_l("Words with commas between them, such as speech, sign language, Miao."),
    )
    sex = ChoiceField(_l("The teacher is"), [Optional()], kind=TeacherSex, blank=N_("not said"))
    phone = TextField(_l("Telephone"), [Length(max=40)])
    active = BooleanField(_l("Teaches now"), default=True)

    def facts(self) -> TeacherFacts:
        """The teacher as the form says it; skills may stand apart by commas of both scripts."""
        words = (self.skills.data or "").replace("，", ",").replace("、", ",").split(",")
        return TeacherFacts(
            name=self.name.data,
            number=self.number.data,
            skills=tuple(word.strip() for word in words if word.strip()),
            phone=self.phone.data or None,
            active=self.active.data,
            sex=self.sex.data,
        )


class RuleForm(Form):
    value = TextField(_l("Value"), [Length(max=20)])
    source = TextField(
        _l("Where it comes from"),
        [InputRequired(_l("Say where this rule comes from.")), Length(max=200)],
        description=_l("The document or decision, with its date."),
    )
    valid_from = DayField(_l("From this day on"), [InputRequired(_l("Enter the day."))], within=SET)

    def amount(self, name: RuleName) -> Checked[int]:
        """The value of rule `name`: a whole number, yuan for an allowance; empty says that there is no such rule."""
        text = self.value.data or ""
        if name == RuleName.VISIT_ALLOWANCE_FEN:
            return parse_yuan(text)
        if not text:
            return Checked(None)
        return Checked(int(text)) if text.isdecimal() else refused("rule_not_a_number", N_("Enter a whole number."))

    def show(self, name: RuleName, value: int | None) -> None:
        """Fill the value in as people write it."""
        if value is not None:
            self.value.data = format_yuan(value) if name == RuleName.VISIT_ALLOWANCE_FEN else str(value)


class ClockRuleForm(RuleForm):
    value = TimeField(_l("Value"), [Optional()])

    def amount(self, name: RuleName) -> Checked[int]:
        return Checked(None if self.value.data is None else self.value.data.hour * 60 + self.value.data.minute)

    def show(self, name: RuleName, value: int | None) -> None:
        if value is not None:
            self.value.data = time(value // 60, value % 60)


class YesNoRuleForm(RuleForm):
    value = SelectField(_l("Value"), choices=lambda: [("1", gettext("Yes")), ("0", gettext("No"))])


def rule_form(name: RuleName) -> RuleForm:
    """The form that fits a rule."""
    shape = RULES[name]
    return YesNoRuleForm() if shape.yes_no else ClockRuleForm() if shape.clock else RuleForm()


class PresetForm(Form):
    preset = SelectField(_l("Follow the practice of"))
    source = TextField(
        _l("Your own decision to follow it"), [InputRequired(_l("Say who decided it and when.")), Length(max=200)]
    )
    valid_from = DayField(_l("From this day on"), [InputRequired(_l("Enter the day."))], within=SET)


class TermForm(SharedForm):
    starts_on = DayField(_l("First day of teaching"), [InputRequired(_l("Enter the day."))], within=SET)
    ends_on = DayField(_l("Last day of teaching"), [InputRequired(_l("Enter the day."))], within=SET)
    source = TextField(
        _l("Where it comes from"), [InputRequired(_l("Say where these days come from.")), Length(max=200)]
    )


class ClosureForm(Form):
    first = DayField(_l("First day"), [InputRequired(_l("Enter the day."))], within=SET)
    last = DayField(_l("Last day"), [InputRequired(_l("Enter the day."))], within=SET)
    reason = TextField(
        _l("Reason"),
        [InputRequired(_l("Say why the schools are closed.")), Length(max=120)],
        description=_l("For example heat, flood or an examination; teachers and families read it."),
    )


class MakeUpForm(Form):
    day = DayField(_l("Day"), [InputRequired(_l("Enter the day."))], within=SET)
    acts_as = SelectField(
        _l("Follows the timetable of"),
        coerce=int,
        choices=lambda: [(number, gettext(word)) for number, word in enumerate(WEEKDAYS)],
    )
    reason = TextField(_l("Reason"), [InputRequired(_l("Say which day is made up for.")), Length(max=120)])


class CalendarYearForm(Form):
    year = IntegerField(
        _l("Year"),
        [InputRequired(_l("Enter the year.")), NumberRange(2000, 2100, _l("Enter a year from 2000 to 2100."))],
        default=lambda: today().year + 1,
    )
    source = TextField(
        _l("Notice of the State Council"),
        [Length(max=200)],
        description=_l("Title and number of the notice; needed with a file."),
    )
    days = FileField(
        _l("File of days (.csv)"),
        description=_l(
            "A row for each day: the day, 放假 or 上班, the holiday. Without a file the installed library is asked."
        ),
    )
