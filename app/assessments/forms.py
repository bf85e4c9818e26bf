"""Forms of assessments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from app.assessments.instruments import Instrument
from app.assessments.rules import AssessmentFacts
from app.children.fields import Needed
from app.kernel.dates import years
from app.web.forms import DayField, Form, TextField

KEPT = years(back=25)
"""Days of a childhood; the rules know the birth."""


class AssessmentForm(Form):
    edition = TextField(_l("Edition and norms"), [Length(max=80)])
    assessed_on = DayField(_l("Day of the assessment"), [Needed(_l("Enter the day, like 2026-09-01."))], within=KEPT)
    assessor = TextField(_l("Assessed by"), [Needed(_l("Enter who made the assessment.")), Length(max=120)])
    strengths = TextAreaField(
        _l("What the child can do"), [Needed(_l("Write first what the child can do.")), Length(max=4000)]
    )
    needs = TextAreaField(_l("What the child needs"), [Needed(_l("Write what the child needs.")), Length(max=4000)])

    def facts(self, instrument: Instrument) -> AssessmentFacts:
        """What was typed; scores come from the fields `score_<domain>`."""
        scores = {key: (self._fields[f"score_{key}"].data or "")[:40] for key, _name in instrument.domains}
        return AssessmentFacts(
            instrument=instrument.key,
            assessed_on=self.assessed_on.day,
            assessor=self.assessor.data,
            scores=scores,
            strengths=self.strengths.data.strip(),
            needs=self.needs.data.strip(),
            edition=self.edition.data or None,
        )


def form_for(instrument: Instrument) -> type[AssessmentForm]:
    """The form with one field for each domain of the instrument."""
    fields = {
        f"score_{key}": TextField(_l(name), [Length(max=40)], render_kw={"autocomplete": "off"})
        for key, name in instrument.domains
    }
    return type("InstrumentForm", (AssessmentForm,), fields)
