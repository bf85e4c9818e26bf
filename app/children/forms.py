"""Forms of the child's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FloatField, FormField, HiddenField, IntegerField, TextAreaField
from wtforms import Form as Part
from wtforms.form import BaseForm
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.children.facts import (
    ChildFacts,
    DiagnosisFacts,
    DisabilityFacts,
    GuardianFacts,
    HomeFacts,
    SafetyFacts,
)
from app.children.fields import Needed, YesNoField
from app.children.rules import births
from app.children.types import (
    DisabilityCategory,
    DocumentKind,
    GuardianRelation,
    Health,
    HomeMode,
    HukouKind,
    LeftBehind,
    Sex,
    TravelMode,
)
from app.kernel.dates import years
from app.kernel.problems import Problem
from app.web.choices import SelectField, SelectMultipleField
from app.web.forms import ChoiceField, DayField, Form, NameField, TextField
from app.web.reading import sent_id

BIRTHS = years(back=100, ahead=100)
"""The rules say more kindly what is wrong with a birth in the future or long ago."""
CERTIFICATE = years(back=30, ahead=10)
"""A certificate holds for ten years at most."""
SCREENING = years(back=5, ahead=2)
LIFETIME = years(back=30)
NO_FILL = {"autocomplete": "off"}


class BasicsFields:
    """The basics, in the order of the page."""

    _fields: Mapping[str, Field]  # of the form that has them
    name = NameField(
        _l("Name"), [Needed(_l("Enter the child's name as on the card.")), Length(max=120)], render_kw=NO_FILL
    )
    former_name = NameField(_l("Former name"), [Length(max=120)], render_kw=NO_FILL)
    sex = ChoiceField(_l("Sex"), [Needed(_l("Choose the sex."))], kind=Sex, blank="")
    birth_on = DayField(
        _l("Birth date"),
        [Needed(_l("Enter the child's birth date, like 2016-09-01."))],
        within=BIRTHS,
        offers=births,
    )
    document_kind = ChoiceField(_l("Identity document"), kind=DocumentKind, default=DocumentKind.RESIDENT_ID)
    document_number = TextField(_l("Number of the document"), [Length(max=60)], render_kw=NO_FILL)
    document_missing_reason = TextField(_l("Why there is no number"), [Length(max=200)])
    ethnic_group = TextField(_l("Ethnic group"), [Length(max=40)])
    nationality = TextField(_l("Nationality"), [Length(max=60)])
    hukou_kind = ChoiceField(_l("Kind of hukou"), kind=HukouKind, blank="")
    hukou_code = TextField(_l("Area code of the hukou"), [Length(max=12)])
    town_code = TextField(_l("Town (statistical code)"), [Length(max=12)])
    address = TextField(_l("Address"), [Length(max=300)], render_kw=NO_FILL)
    phone = TextField(_l("Telephone"), [Length(max=40)], render_kw=NO_FILL)
    health = ChoiceField(_l("Health"), kind=Health, blank="")
    preschool = YesNoField(_l("Went to kindergarten"))
    left_behind = ChoiceField(_l("Left-behind child"), kind=LeftBehind, blank="")
    migrant = YesNoField(_l("Child of migrant workers"))
    orphan = YesNoField(_l("Orphan"))
    martyr_family = YesNoField(_l("Family with state honours"))
    needs_aid = YesNoField(_l("Needs financial aid"))
    boarding_aid = YesNoField(_l("Receives the boarding subsidy"))
    distance_km = IntegerField(_l("Way to school (km)"), [Optional(), NumberRange(0, 500)])
    travel_mode = ChoiceField(_l("How the child gets to school"), kind=TravelMode, blank="")

    def facts(self) -> ChildFacts:
        """What was typed, empty texts as None."""
        said: dict[str, Any] = {  # each field gives what the facts of its name hold
            name: (field.data if field.data != "" else None)
            for name, field in self._fields.items()
            if name in ChildFacts.__dataclass_fields__
        }
        return ChildFacts(**said)


class GuardianRow(Part):
    guardianship_id = HiddenField()
    name = NameField(_l("Name"), [Needed(_l("Enter the name.")), Length(max=120)], render_kw=NO_FILL)
    relation = ChoiceField(_l("Relation"), kind=GuardianRelation)
    phone = TextField(_l("Telephone"), [Length(max=40)], render_kw=NO_FILL)
    document_number = TextField(_l("ID number"), [Length(max=40)], render_kw=NO_FILL)
    is_guardian = BooleanField(_l("Is a guardian"), default=True)
    may_see = BooleanField(_l("May see the child's page"), default=True)

    def facts(self) -> GuardianFacts:
        return GuardianFacts(
            name=self.name.data or "",
            relation=self.relation.data,
            is_guardian=self.is_guardian.data,
            may_see=self.may_see.data,
            phone=self.phone.data or None,
            document_number=self.document_number.data or None,
            guardianship_id=sent_id(self.guardianship_id.data),
        )


class DisabilityRow(Part):
    disability_id = HiddenField()
    category = ChoiceField(_l("Category"), kind=DisabilityCategory, blank="")
    grade = SelectField(
        _l("Disability grade"),
        coerce=lambda value: int(value) if value else None,
        choices=[("", ""), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4")],
    )
    certificate = TextField(_l("Certificate number"), [Length(max=40)], render_kw=NO_FILL)
    certificate_issuer = TextField(_l("Certificate issued by"), [Length(max=120)])
    certificate_ends_on = DayField(_l("Certificate valid until"), [Optional()], within=CERTIFICATE)
    suspected = BooleanField(_l("Suspected, not assessed yet"))
    screening_due_on = DayField(_l("Screening due on"), [Optional()], within=SCREENING)
    screening_by = TextField(_l("Who sees to the screening"), [Length(max=200)])

    def facts(self) -> DisabilityFacts:
        return DisabilityFacts(
            category=self.category.data,
            grade=self.grade.data,
            certificate=self.certificate.data or None,
            certificate_ends_on=self.certificate_ends_on.data,
            disability_id=sent_id(self.disability_id.data),
            certificate_issuer=self.certificate_issuer.data or None,
            suspected=self.suspected.data,
            screening_due_on=self.screening_due_on.data,
            screening_by=self.screening_by.data or None,
        )


class Rows(Form):
    """Forms with rows put a refusal `guardians-0-name` at that row's field."""

    def refuse(self, problems: Iterable[Problem]) -> None:
        rest = []
        for problem in problems:
            field = _deep_field(self, problem.field)
            if field is None:
                rest.append(problem)
            else:
                field.errors = [*field.errors, problem.text(gettext)]
        super().refuse(rest)


def _deep_field(form: BaseForm, path: str | None) -> Field | None:
    parts = (path or "").split("-")
    if len(parts) != 3 or parts[0] not in form._fields or not parts[1].isdecimal():
        return None
    entries = form._fields[parts[0]].entries
    place = int(parts[1])
    return entries[place].form._fields.get(parts[2]) if place < len(entries) else None


class NewChildForm(Rows, BasicsFields, Form):
    unit_id = SelectField(_l("District"), coerce=sent_id, validate_choice=False)
    school_id = HiddenField(_l("School"))
    guardians = FieldList(FormField(GuardianRow), _l("Family"), max_entries=12)
    disabilities = FieldList(FormField(DisabilityRow), _l("Disabilities"), max_entries=7)
    confirmed = BooleanField(_l("I have compared this and save all the same"))


class BasicsForm(BasicsFields, Form):
    revision = HiddenField()
    confirmed = BooleanField(_l("I have compared this and save all the same"))


class FamilyForm(Rows):
    revision = HiddenField()
    guardians = FieldList(FormField(GuardianRow), _l("Family"), max_entries=12)


class DisabilitiesForm(Rows):
    revision = HiddenField()
    disabilities = FieldList(FormField(DisabilityRow), _l("Disabilities"), max_entries=7)


class DiagnosisForm(Form):
    words = TextAreaField(_l("Diagnosis in the doctor's words"), [Length(max=300)])
    source = TextField(_l("Hospital or doctor"), [Length(max=200)])
    found_on = DayField(_l("Date of the diagnosis"), [Optional()], within=LIFETIME)

    def facts(self) -> DiagnosisFacts:
        return DiagnosisFacts((self.words.data or "").strip(), self.source.data or None, self.found_on.data)


class HomeForm(Form):
    revision = HiddenField(default="0")
    longitude = FloatField(
        _l("Longitude"),
        [Needed(_l("Enter the longitude, like 108.1655."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    latitude = FloatField(
        _l("Latitude"),
        [Needed(_l("Enter the latitude, like 29.2934."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    mode = ChoiceField(_l("How to get there"), kind=HomeMode, default=HomeMode.CAR)
    walk_minutes = IntegerField(_l("Minutes on foot at the end"), [Optional(), NumberRange(0, 300)], default=0)
    way = TextAreaField(_l("The way in words"), [Length(max=400)])
    closed_months = SelectMultipleField(
        _l("Months in which there is no way"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 13)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def facts(self) -> HomeFacts:
        return HomeFacts(
            longitude=self.longitude.data,
            latitude=self.latitude.data,
            mode=self.mode.data,
            walk_minutes=self.walk_minutes.data or 0,
            way=self.way.data or None,
            closed_months=tuple(self.closed_months.data or ()),
        )


class SafetyForm(Form):
    revision = HiddenField(default="0")
    seizure = TextField(_l("Seizures"), [Length(max=300)])
    choking = TextField(_l("Choking"), [Length(max=300)])
    allergy = TextField(_l("Allergy"), [Length(max=300)])
    medicine = TextField(_l("Medicine"), [Length(max=300)])
    dog = BooleanField(_l("There is a dog"))
    two_adults = BooleanField(_l("Two adults must go together"))
    other = TextField(_l("Anything else a visitor must know"), [Length(max=300)])

    def facts(self) -> SafetyFacts:
        return SafetyFacts(
            seizure=self.seizure.data or None,
            choking=self.choking.data or None,
            allergy=self.allergy.data or None,
            medicine=self.medicine.data or None,
            dog=self.dog.data,
            two_adults=self.two_adults.data,
            other=self.other.data or None,
        )
