"""What pages are written with is quicker than the libraries' own, and says the same."""

from __future__ import annotations

import uuid
from datetime import date

import flask
import pytest
from markupsafe import Markup, escape
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import html_params

from app.plans.types import PlanList
from app.web.forms import ChoiceField, Form
from app.web.quick.controls import attributes
from app.web.urls import addresses, url_for

ONE, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("plans.list_plans", {}),
        ("plans.list_plans", {"list": PlanList.DUE, "q": None}),
        ("plans.list_plans", {"list": PlanList.DUE, "unit": ONE}),
        ("plans.list_plans", {"q": "陈 & {0}", "list": PlanList.DRAFTS}),
        ("files.show_child", {"child_id": ONE}),
        ("files.show_child", {"child_id": ONE, "page": 2}),
        ("visits.print_routes", {"team_id": ONE, "first": date(2026, 11, 23)}),
        ("timetables.show_calendar", {"timetable_id": ONE, "child": OTHER}),
        ("timetables.show_runs", {"timetable_id": ONE, "_anchor": "pins"}),
        ("static", {"filename": "css/yian.css"}),
        ("static", {"filename": "css/yian.css", "_external": True}),
    ],
)
def test_an_address_is_the_one_that_flask_builds(app, endpoint, values):
    with app.test_request_context():
        for _again in range(2):
            assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)


def test_an_address_below_a_prefix_keeps_it(app):
    with app.test_request_context():
        plain = url_for("files.show_child", child_id=ONE)
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/yian"}):
        assert url_for("files.show_child", child_id=ONE) == f"/yian{plain}"
        reveal = addresses("files.reveal_number", "child_id", "kind")
        assert reveal(ONE, "phone") == flask.url_for("files.reveal_number", child_id=ONE, kind="phone")


@pytest.mark.parametrize("value", ["陈静", "O'Neil <b>&amp;\"", Markup("<b>x</b>"), 7, None, PlanList.DUE, ""])
def test_a_value_is_escaped_as_markupsafe_escapes_it(app, value):
    with app.test_request_context():
        assert flask.render_template_string("{{ value }}", value=value) == str(escape(value))
    page = app.jinja_env.from_string("{% autoescape true %}{{ value }}{% endautoescape %}")
    assert page.render(value=value) == str(escape(value))


@pytest.mark.parametrize(
    "values",
    [
        {"id": "a", "name": "b", "required": True, "disabled": False},
        {"aria_label": "x", "data_label_on": "<\"'&>"},
        {"class_": "c", "value": Markup('<i title="x">')},
        {"maxlength": 5, "placeholder": ""},
    ],
)
def test_attributes_are_those_that_wtforms_writes(values):
    assert attributes(**values) == html_params(**values)


def test_choices_are_those_that_wtforms_writes(app):
    class Asked(Form):
        class Meta:
            csrf = False

        ours = ChoiceField("x", [InputRequired()], kind=PlanList, blank="All & more")
        theirs = SelectField("x", [InputRequired()], choices=[])
        text = StringField("x")

    with app.test_request_context():
        for chosen in (None, PlanList.DUE):
            form = Asked(data={"ours": chosen, "theirs": chosen or ""})
            form.theirs.choices = form.ours.choices
            ours, theirs = (
                form.ours(class_="x", **{"aria-invalid": "true"}),
                form.theirs(class_="x", **{"aria-invalid": "true"}),
            )
            assert ours.replace("ours", "theirs") == theirs
            assert theirs.count("selected") == 1
