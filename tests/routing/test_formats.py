"""visit-timetable/1 in and out."""

import json

import pytest

from app.kernel.problems import Refused
from app.routing import check, formats, solve, validate
from tests.routing.samples import child, days, problem, random_problem, road

TOLD = {
    "format": "visit-timetable/1",
    "name": "n",
    "days": 5,
    "travel": [[0, 20], [25, 0]],
    "teams": [{"id": "T1", "place": 0, "skills": ["ID"], "shifts": [[[480, 1050]]] * 5, "day_cap": 480}],
    "children": [
        {
            "id": "C1",
            "place": 1,
            "needs": ["ID"],
            "minutes": 60,
            "visits": 2,
            "min_gap": 2,
            "windows": [[[510, 720]], [], [], [[510, 720], [810, 1020]], []],
        }
    ],
}


def test_a_problem_is_read_and_solved():
    told = formats.read_problem(json.dumps(TOLD))
    plan = solve(told, iterations=20)
    solution = json.loads(formats.write_solution(told, plan))
    assert [(v["child"], v["day"], v["team"]) for v in solution["visits"]] == [("C1", 0, "T1"), ("C1", 3, "T1")]
    assert solution["unserved"] == []
    assert plan.score.travel == 90


def test_a_problem_survives_writing_and_reading():
    told = formats.read_problem(json.dumps(TOLD))
    again = formats.read_problem(formats.write_problem(told))
    assert json.loads(formats.write_problem(told)) == TOLD
    assert (again.children, again.teams, again.days) == (told.children, told.teams, told.days)
    assert check(again, solve(told, iterations=20)) == []


def test_missing_visits_are_written_with_their_reason():
    told = random_problem(3, children=9, teams=1)
    plan = solve(told, iterations=30)
    solution = json.loads(formats.write_solution(told, plan))
    assert sum(u["missing"] for u in solution["unserved"]) == sum(u.missing for u in plan.unserved) > 0
    assert all(u["reason"] for u in solution["unserved"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "no json",
        '{"format": "visit-timetable/1"}',
        '{"format": "other/1"}',
        json.dumps(TOLD | {"days": 40}),
        json.dumps(TOLD | {"teams": [{}]}),
    ],
)
def test_a_foreign_file_is_refused_in_words(text):
    with pytest.raises(Refused) as refusal:
        formats.read_problem(text)
    assert "visit-timetable/1" in refusal.value.problems[0].text()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[0, None], [25, 0]], "travel_hole"),
        ([[0, -1], [25, 0]], "travel_negative"),
        ([[0, 20.5], [25, 0]], "travel_fraction"),
        ([[0, 20], [25]], "travel_shape"),
    ],
)
def test_a_bad_matrix_is_read_and_then_named(rows, code):
    told = formats.read_problem(json.dumps(TOLD | {"travel": rows}))
    assert [f.code for f in validate(told)] == [code]


def test_a_month_does_not_fit_the_format():
    with pytest.raises(ValueError):
        formats.write_problem(problem(children=[child()], travel=road(0, 20), days=days(26)))
