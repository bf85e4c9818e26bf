"""Forms of the plan editor. Each part is a small form of its own that saves itself; a draft may have gaps."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.kernel.dates import years
from app.kernel.labels import label_of
from app.placements.types import Agreement
from app.plans.curriculum import BY_CODE, CURRICULA
from app.plans.types import Frequency, PromptLevel, SectionKey, ServiceKind, ServicePlace
from app.web.choices import RadioField, SelectField
from app.web.forms import ChoiceField, DayField, Form, NameField, TextField, WhoField
from app.web.i18n import select_locale

LONG = Length(max=10_000)
ROWS = {"rows": 2}
PLANNED = years(back=10, ahead=2)
"""Days of a plan: a year long at most, begun in the next months or written down afterwards."""
SAID = years(back=5)

SECTION_HINTS = {
    SectionKey.STRENGTHS: _l("What the child can do, likes and turns to."),
    SectionKey.NEEDS: _l("What the child needs in order to learn and take part."),
    SectionKey.CHILD_WORDS: _l("What the child says or shows: wishes, joys, worries."),
    SectionKey.FAMILY_WORDS: _l("What matters to the family, as they say it."),
    SectionKey.CURRICULUM: _l("Which subjects, how demands are adapted, when in the week."),
    SectionKey.STRATEGIES: _l("How to teach: materials, steps, prompts, rewards."),
    SectionKey.ENVIRONMENT: _l("Seat, light, noise, ways into the room; devices needed, issued, returned."),
    SectionKey.BEHAVIOUR: _l("What comes before difficult moments, what helps, what to do."),
    SectionKey.HOME_PRACTICE: _l("One thing a line; short, in plain words. It goes on the family's page."),
    SectionKey.EVALUATION: _l("When and how progress is looked at."),
    SectionKey.TRANSITION: _l("Steps towards the next class, school or stage."),
    SectionKey.PARTICIPANTS: _l("Names and roles of those who made the plan together."),
}


class PartForm(Form):
    """A part's own form: the ids carry the part's anchor, `version` is the lock; repeats are harmless by the lock."""

    version = HiddenField()

    def __init__(self, anchor: str, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        del self.form_key
        self.anchor = anchor
        for field in self:
            field.id = f"{anchor}-{field.short_name}"
            field.label.field_id = field.id

    def values(self) -> dict[str, Any]:  # a field of each kind holds its own
        """What was typed, without the hidden fields."""
        return {field.short_name: field.data for field in self if field.short_name not in {"csrf_token", "version"}}

    def labels(self) -> dict[str, str]:
        """The label of each field by its name."""
        return {field.short_name: str(field.label.text) for field in self}


class SectionForm(PartForm):
    body = TextAreaField(_l("Words"), [LONG], render_kw={"rows": 4})


class PeriodForm(PartForm):
    starts_on = DayField(_l("First day"), [Optional()], within=PLANNED)
    ends_on = DayField(_l("Last day"), [Optional()], within=PLANNED)
    review_on = DayField(_l("Review on"), [Optional()], within=PLANNED)
    curriculum = SelectField(_l("Curriculum"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.curriculum.choices = curriculum_choices()


class NoWordsForm(PartForm):
    no_words_reason = TextField(_l("If there are no words of the child or the family: why"), [Length(max=400)])


class BelowRuleForm(PartForm):
    below_rule_reason = TextField(
        _l("If there are fewer visits than the district's rule asks for: why"), [Length(max=400)]
    )


class OpinionForm(PartForm):
    guardian_answer = SelectField(_l("The guardian"), [Optional()])
    guardian_name = NameField(_l("Guardian's name"), [Length(max=120)])
    guardian_on = DayField(_l("Said on"), [Optional()], within=SAID)
    guardian_words = TextAreaField(_l("In the guardian's words"), [LONG], render_kw=ROWS)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.guardian_answer.choices = [("", gettext("not asked yet"))] + [
            (member.value, gettext(label_of(member))) for member in Agreement
        ]


class GoalForm(PartForm):
    subject = SelectField(_l("Subject and domain"))
    words = TextAreaField(_l("Long-term goal"), [LONG], render_kw=ROWS)
    baseline = TextAreaField(_l("Today (baseline)"), [LONG], render_kw=ROWS)
    target = TextAreaField(_l("Target"), [LONG], render_kw=ROWS)
    measure = TextAreaField(_l("Measured by"), [LONG], render_kw=ROWS)
    due_on = DayField(_l("Reached by"), [Optional()], within=PLANNED)

    def __init__(self, *args: Any, curriculum: str, **values: Any) -> None:
        super().__init__(*args, **values)
        self.subject.choices = subject_choices(curriculum, self.subject.object_data)

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["area"], _sep, values["domain"] = (values.pop("subject") or "").partition("|")
        return values


class ObjectiveForm(PartForm):
    condition = TextAreaField(_l("Condition"), [LONG], render_kw=ROWS)
    behaviour = TextAreaField(_l("The child will"), [LONG], render_kw=ROWS)
    criterion = TextAreaField(_l("Criterion"), [LONG], render_kw=ROWS)
    baseline = TextAreaField(_l("Today (baseline)"), [LONG], render_kw=ROWS)
    plain_words = TextAreaField(_l("In plain words for the family"), [LONG], render_kw=ROWS)
    prompt = ChoiceField(_l("Help given"), kind=PromptLevel, blank="—")
    starts_on = DayField(lazy_pgettext("first day", "From"), [Optional()], within=PLANNED)
    due_on = DayField(_l("Reached by"), [Optional()], within=PLANNED)
    person = WhoField(_l("Person who answers for it"), [Length(max=120)])


class ServiceForm(PartForm):
    kind = ChoiceField(_l("Service"), kind=ServiceKind)
    place = ChoiceField(_l("Place"), kind=ServicePlace)
    minutes = IntegerField(
        _l("Minutes each time"), [InputRequired(), NumberRange(5, 480)], render_kw={"min": 5, "max": 480}
    )
    times = IntegerField(_l("Times"), [InputRequired(), NumberRange(1, 28)], render_kw={"min": 1, "max": 28})
    frequency = ChoiceField(_l("How often"), kind=Frequency)
    provider = TextField(_l("Given by"), [Length(max=200)])
    provider_school_id = SelectField(_l("School that gives it"), [Optional()])
    needs = TextField(_l("What the teacher needs to be able to do or bring"), [Length(max=200)])
    starts_on = DayField(lazy_pgettext("first day", "From"), [Optional()], within=PLANNED)
    ends_on = DayField(lazy_pgettext("last day", "To"), [Optional()], within=PLANNED)

    def __init__(self, *args: Any, schools: Any = (), **values: Any) -> None:
        super().__init__(*args, **values)
        self.provider_school_id.choices = [("", "—"), *((str(number), name) for number, name in schools)]

    def values(self) -> dict[str, Any]:
        from uuid import UUID

        values = super().values()
        values["provider_school_id"] = UUID(values["provider_school_id"]) if values["provider_school_id"] else None
        return values


class NewPlanForm(Form):
    starts_on = DayField(_l("First day"), [InputRequired()], within=PLANNED)
    ends_on = DayField(_l("Last day"), [InputRequired()], within=PLANNED)
    review_on = DayField(_l("Review on"), [InputRequired()], within=PLANNED)
    curriculum = SelectField(_l("Curriculum"), [InputRequired()])
    copy = RadioField(
        _l("Begin with"), choices=[("copy", _l("the last plan")), ("blank", _l("a blank plan"))], default="copy"
    )

    def __init__(self, *args: Any, has_last: bool, **values: Any) -> None:
        super().__init__(*args, **values)
        self.curriculum.choices = curriculum_choices()
        if not has_last:
            del self.copy


class ReturnForm(Form):
    reason = TextAreaField(_l("What has to be changed"), [InputRequired(), Length(max=400)])


class PlanFilterForm(Form):
    """Filters of the list; sent by GET, so nothing hidden belongs in it."""

    class Meta:
        csrf = False

    q = TextField(_l("Name, pinyin or file number"))
    unit = SelectField(_l("District"), [Optional()])

    def __init__(self, *args: Any, units: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        del self.form_key
        self.unit.choices = [("", gettext("All districts")), *((str(number), name) for number, name in units)]


def curriculum_choices() -> list[tuple[str, str]]:
    """The curricula by code, in the language of the request."""
    return [(one.code, one.text(select_locale())) for one in CURRICULA]


def subject_choices(curriculum: str, chosen: str | None) -> dict[str, list[tuple[str, str]]]:
    """Domains grouped by area; values are "area|domain". A value of another curriculum stays choosable as it is."""
    language, known = select_locale(), BY_CODE[curriculum]
    choices = {gettext("Choose"): [("|", "—")]}
    for area in known.areas:
        name = area.text(language)
        choices[name] = [
            (f"{area.code}|{domain.code}", f"{name} · {domain.text(language)}") for domain in area.domains
        ] or [(f"{area.code}|", name)]
    if chosen and chosen not in {value for group in choices.values() for value, _label in group}:
        choices[gettext("Of another curriculum")] = [(chosen, chosen.replace("|", " · "))]
    return choices
