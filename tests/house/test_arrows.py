"""Nothing names as text what belongs to a slice above: what no import shows is an arrow upwards all the same."""

from __future__ import annotations

import pytest

from tests.house.arrows import House, arrows, house_of, in_python, in_template


@pytest.fixture
def house(app) -> House:
    return house_of(app)


def test_no_text_points_upwards(house):
    found = [f"{arrow.place}:{arrow.line}: {arrow.named}" for arrow in arrows(house)]
    assert not found, "import it, or ask app/web/upward.py:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("own", "source", "named"),
    [
        ("children", 'url_for("plans.show_plans", child_id=1)', "page plans.show_plans"),
        ("children", 'addresses("visits.show_child_visits", "child_id")', "page visits.show_child_visits"),
        ("web", 'ENTRIES = (("Plans", "plans.list_plans", ("plans.",)),)', "page plans."),
        ("accounts", 'request.endpoint in {"home.switch_language"}', "page home.switch_language"),
        ("visits", 'render_template("family/show_visit_link.html")', "template family/show_visit_link.html"),
        ("children", 'table("student_numbers")', "table student_numbers"),
        ("children", 'Base.metadata.tables["memberships"]', "table memberships"),
        ("files", 'Base.metadata.tables["memberships"]', "table memberships"),
        ("children", "Base.metadata.tables[name]", "table by its name"),
        ("roll", 'a, b = (found[name] for name in ("teams", "visits"))', "table teams"),
        ("children", 'text("SELECT 1 FROM roll_states WHERE child_id = :id")', "SQL roll_states"),
        ("children", 'states.c.status == "active"', "value active"),
        ("children", 'TAGS = {"active": "ok", "suspended": "wait"}', "value active, suspended"),
        ("children", 'PLACED = ("regular_class", "special_class")', "value regular_class, special_class"),
    ],
)
def test_an_arrow_in_code_is_seen(house, own, source, named):
    assert named in [found for _line, found in in_python(house, own, source)]


@pytest.mark.parametrize(
    ("own", "source", "named"),
    [
        ("schools", "{{ url_for('closings.move_to_unit', school_id=school.id) }}", "page closings.move_to_unit"),
        ("web", '{{ link_button(words, url_for("home.find_character")) }}', "page home.find_character"),
        ("assessments", '{% include "placements/_story.html" %}', "template placements/_story.html"),
        ("roll", '{% extends "files/show_child.html" %}', "template files/show_child.html"),
    ],
)
def test_an_arrow_in_a_template_is_seen(house, own, source, named):
    assert named in [found for _line, found in in_template(house, own, source)]


@pytest.mark.parametrize(
    ("own", "source"),
    [
        ("files", 'url_for("plans.show_plans", child_id=1)'),
        ("plans", 'url_for("plans.show_plans", child_id=1)'),
        ("plans", 'url_for(".show_plans", child_id=1)'),
        ("children", 'address_of("child", child.id)'),
        ("access", 'PLANS_APPROVE = "plans.approve"'),
        ("roll", 'states.c.status == "active"'),
        ("roll", 'Base.metadata.tables["memberships"]'),
        ("routing", 'MEANS = ("car", "motorbike")'),
        ("children", 'CHOICES = [("yes", 1), ("no", 0)], ("yes", "no")'),
    ],
)
def test_what_looks_down_is_none(house, own, source):
    assert list(in_python(house, own, source)) == []
