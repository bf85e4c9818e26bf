"""A day that somebody types has a horizon of its own: what lies beyond is refused at its field, in words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from app.kernel.dates import years
from app.web.forms import DayField, Form

ROOT = Path(__file__).resolve().parents[2]


class Asking(Form):
    class Meta(Form.Meta):
        csrf = False

    on = DayField("Day", within=years(back=2, ahead=1))


def test_no_form_asks_for_a_day_without_a_horizon():
    bare = [
        path.name
        for path in sorted((ROOT / "app").rglob("*.py"))
        if path.name != "forms.py" or path.parent.name != "web"
        if re.search(r"\bDateField\(", path.read_text(encoding="utf-8"))
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("2026-11-25", date(2026, 11, 25)),
        ("20261125", date(2026, 11, 25)),
        ("2026年11月25日", date(2026, 11, 25)),
        ("2024-11-25", date(2024, 11, 25)),
        ("2027-11-25", date(2027, 11, 25)),
        ("", None),
    ],
)
def test_a_day_inside_is_taken(app, typed, taken):
    with time_machine.travel("2026-11-25T02:00:00+00:00"), app.test_request_context():
        form = Asking(MultiDict({"on": typed}))
        assert form.validate() and form.on.data == taken


@pytest.mark.parametrize("typed", ["", " ", "\u3000"])
def test_a_day_that_must_be_there_is_not_made_of_blanks(app, typed):
    class Needing(Asking):
        on = DayField("Day", [InputRequired("Enter the day.")], within=years(back=2, ahead=1))

    with app.test_request_context():
        form = Needing(MultiDict({"on": typed}))
        assert not form.validate() and form.on.errors == ["Enter the day."]
        assert Asking(MultiDict({"on": typed})).validate()  # where none is needed, a blank is none


@pytest.mark.parametrize("typed", ["2024-11-24", "2027-11-26", "9999-12-31", "0001-01-01", "2026-02-29", "soon", "1e9"])
def test_a_day_outside_is_refused_in_words(app, typed):
    with time_machine.travel("2026-11-25T02:00:00+00:00"), app.test_request_context():
        form = Asking(MultiDict({"on": typed}))
        assert not form.validate()
        assert len(form.on.errors) == 1 and len(form.on.errors[0]) > 10


def test_the_browser_knows_the_horizon_too(app):
    with time_machine.travel("2028-02-29T02:00:00+00:00"), app.test_request_context():
        shown = str(Asking().on())
    assert 'min="2026-02-28"' in shown and 'max="2029-02-28"' in shown


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("2026-11-25", True), ("2026-12-01", True), ("2026-11-24", False), ("2026-12-02", False), ("2025-01-01", False)],
)
def test_a_range_narrower_than_the_horizon_is_the_only_one_that_is_said(app, typed, fits):
    with (
        time_machine.travel("2026-11-25T02:00:00+00:00"),
        app.test_request_context(headers={"Accept-Language": "zh-CN"}),
    ):
        form = Asking(MultiDict({"on": typed}))
        form.on.bound(date(2026, 11, 25), date(2026, 12, 1))
        assert form.validate() is fits
        assert fits or form.on.errors == ["请填写2026年11月25日至2026年12月1日之间的日期。"]
        assert 'min="2026-11-25"' in str(form.on()) and 'max="2026-12-01"' in str(form.on())
