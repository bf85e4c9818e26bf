"""Forms of ways."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.roads.types import LegFacts, LegHalf, RoadServiceKind
from app.web.choices import Label, SelectField, SelectMultipleField
from app.web.forms import ChoiceField, Form, TextField


class ManyField(SelectMultipleField):
    """Any number of choices as checkboxes."""

    def __init__(self, label: Label | None = None, **values: Any) -> None:
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
        for select, first in (
            (self.start, _l("Choose where the way begins.")),
            (self.end, _l("Choose where the way ends.")),
        ):
            select.choices = {"": [("", first)], **{name: rows for name, rows in groups.items() if rows}}

    def facts(self) -> LegFacts:
        """What was entered."""
        return LegFacts(
            start=self.start.data,
            end=self.end.data,
            minutes=self.minutes.data,
            both=self.both.data,
            closed=tuple(self.closed.data or ()),
            slow=tuple(self.slow.data or ()),
            percent=self.percent.data or 100,
            note=self.note.data or "",
            half=self.half.data,
        )


class VillageForm(Form):
    name = TextField(_l("Name of the village"), [InputRequired(_l("Enter a name for the village.")), Length(max=120)])
    members = ManyField(_l("Homes and schools in it"), coerce=str)
    revision = HiddenField(default="0")


class RoadServiceForm(Form):
    kind = ChoiceField(_l("Kind of server"), kind=RoadServiceKind, default=RoadServiceKind.OSRM)
    address = TextField(
        _l("Address of the server"), [Length(max=300)], render_kw={"inputmode": "url", "autocomplete": "off"}
    )
