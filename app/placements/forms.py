"""Forms of placement."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, FormField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import Length, Optional

from app.children.fields import Needed
from app.children.forms import Rows
from app.kernel.dates import years
from app.placements.rules import DOCUMENTS, DecisionFacts, EvidenceFacts, OpinionFacts, RecommendationFacts, ReturnFacts
from app.placements.types import Agreement, PlacementKind, ReturnAnswer
from app.web.choices import SelectField
from app.web.forms import AboutForm, ChoiceField, DayField, Form, TextField, WhoField

KEPT = years(back=25, ahead=3)
PAST = years(back=25).between
"""What a picker offers for what has happened; the rules say more kindly what is wrong with a day to come."""
"""Days of a childhood; a decision's first day and its review lie ahead, how far the rules say."""


class RecommendationForm(Form):
    kind = ChoiceField(_l("Recommended placement"), [Needed(_l("Choose the placement."))], kind=PlacementKind, blank="")
    made_on = DayField(
        _l("Day of the recommendation"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT, offers=PAST
    )
    committee = TextField(
        _l("Expert committee"), [Needed(_l("Enter the name of the expert committee.")), Length(max=120)]
    )
    members = TextField(_l("Who took part"), [Needed(_l("Enter who took part.")), Length(max=400)])
    grounds = TextAreaField(
        _l("What it rests on"), [Needed(_l("Write what the recommendation rests on.")), Length(max=4000)]
    )

    def facts(self) -> RecommendationFacts:
        return RecommendationFacts(
            self.kind.data, self.made_on.day, self.committee.data, self.members.data, self.grounds.data.strip()
        )


class OpinionForm(AboutForm):
    """The opinion on the recommendation that the page showed."""

    guardian_name = WhoField(
        _l("Guardian"),
        [Needed(_l("Enter which guardian said this.")), Length(max=120)],
        render_kw={"list": "guardians", "autocomplete": "off"},
    )
    answer = ChoiceField(_l("Answer"), [Needed(_l("Choose the answer."))], kind=Agreement, blank="")
    given_on = DayField(
        _l("Day of the answer"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT, offers=PAST
    )
    words = TextAreaField(_l("In the guardian's own words"), [Length(max=4000)])

    def facts(self) -> OpinionFacts:
        return OpinionFacts(
            self.guardian_name.data, self.answer.data, self.given_on.day, (self.words.data or "").strip() or None
        )


class EvidenceRow(Part):
    name = TextField(_l("Name of the document"), [Length(max=200)])
    issuer = TextField(_l("Issued by"), [Length(max=120)])
    dated_on = DayField(_l("Day of the document"), [Optional()], within=KEPT, offers=PAST)


class EvidenceFields(Rows):
    """The documents that home-delivered teaching rests on."""

    evidence = FieldList(FormField(EvidenceRow), _l("Evidence"), min_entries=DOCUMENTS, max_entries=DOCUMENTS)

    def documents(self) -> tuple[EvidenceFacts, ...]:
        return tuple(
            EvidenceFacts(row.form.name.data or "", row.form.issuer.data or "", row.form.dated_on.data)
            for row in self.evidence
        )


class EvidenceForm(EvidenceFields, Form):
    pass


class ReturnForm(Form):
    answer = ChoiceField(
        _l("Can the child come to school now?"), [Needed(_l("Choose the answer."))], kind=ReturnAnswer, blank=""
    )
    answered_on = DayField(
        _l("Day on which it was asked"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT, offers=PAST
    )
    answered_by = WhoField(_l("Who answers"), [Needed(_l("Enter who answers.")), Length(max=120)])
    words = TextAreaField(
        _l("What it rests on"),
        [Needed(_l("Write what the answer rests on: what was seen, who was asked.")), Length(max=1000)],
    )

    def facts(self) -> ReturnFacts:
        return ReturnFacts(
            self.answer.data, self.answered_on.day, (self.words.data or "").strip(), self.answered_by.data
        )


class DecisionForm(EvidenceFields, AboutForm):
    """The decision, on the recommendation and the opinion that the page showed."""

    kind = ChoiceField(_l("Placement"), [Needed(_l("Choose the placement."))], kind=PlacementKind, blank="")
    school = SelectField(
        _l("School"), coerce=lambda value: uuid.UUID(str(value)) if value else None, validate_choice=True
    )
    decided_by = TextField(_l("Deciding authority"), [Needed(_l("Enter which authority decides.")), Length(max=120)])
    decided_on = DayField(
        _l("Day of the decision"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT, offers=PAST
    )
    valid_from = DayField(
        _l("First day of the placement"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT
    )
    departure_reason = TextAreaField(_l("Why it departs from the recommendation"), [Length(max=400)])
    home_reason = TextAreaField(_l("Why the child cannot come to school"), [Length(max=400)])
    review_on = DayField(_l("Asked again on"), [Optional()], within=KEPT)

    def facts(self, school_is_special: bool | None) -> DecisionFacts:
        def words(field: Field) -> str | None:
            return (field.data or "").strip() or None

        return DecisionFacts(
            kind=self.kind.data,
            decided_on=self.decided_on.day,
            valid_from=self.valid_from.day,
            decided_by=self.decided_by.data,
            school_is_special=school_is_special,
            departure_reason=words(self.departure_reason),
            home_reason=words(self.home_reason),
            review_on=self.review_on.data,
            evidence=self.documents(),
        )
