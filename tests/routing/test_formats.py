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


def told(*path, value):
    """The problem's text with another value at a place."""
    whole = json.loads(json.dumps(TOLD))
    if path[0] == "points":
        whole["points"] = [[0, 0], [1, 1]]
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(whole)


def refusal(text):
    with pytest.raises(Refused) as refused:
        formats.read_problem(text)
    (finding,) = refused.value.problems
    return finding.text()


NOT_OURS = "This file is not of the format visit-timetable/1."
GOES_ON = "More stands after the end of this file's content: line %s, column %s. Remove it."
TWICE = "%s stands twice in this file. Leave one of the two."
LONG = "%s: this number is too long (%s digits). Correct it."
UNSEEN = "%s: a sign that cannot be seen stands in %s. Remove it."
NO_MINUTES = "children[0].minutes: a whole number from 1 to 1440 is needed, not %s."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This file is empty. Export it again."),
        ("\ufeff \n", "This file is empty. Export it again."),
        (json.dumps(TOLD) + "\n}", GOES_ON % (2, 1)),
        (json.dumps(TOLD) * 2, GOES_ON % (1, len(json.dumps(TOLD)) + 1)),
        (json.dumps(TOLD) + "\0", GOES_ON % (1, len(json.dumps(TOLD)) + 1)),
        ("no json", "This file is no JSON: line 1, column 1. Export it again."),
        ('{"format": "visit-timetable/1",\n "days": }', "This file is no JSON: line 2, column 10. Export it again."),
        ("[" * 100_000, "The lists in this file lie too deep in each other. Export it again."),
        ('{"days": 5, "days": 5}', TWICE % "days"),
        (told("teams", 0, "day_cap", value=1).replace('"id": "T1"', '"id": "T1", "id": "T2"'), TWICE % "teams[0].id"),
        (json.dumps(TOLD).replace('"id": "C1"', '"": 1, "": 2'), TWICE % 'children[0].""'),
        ("[]", NOT_OURS),
        ("{}", NOT_OURS),
        ("null", NOT_OURS),
        ('{"format": "other/1"}', NOT_OURS),
        ('{"format": "visit-timetable/1"}', "days is missing."),
        (told("days", value=40), "days: a whole number from 1 to 7 is needed, not 40."),
        (told("days", value="5"), 'days: a whole number from 1 to 7 is needed, not "5".'),
        (told("days", value=4), "teams[0].shifts: 4 entries are needed, not 5."),
        (told("teams", value=[{}]), "teams[0].id is missing."),
        (told("teams", value={}), "teams: a list is needed, not {}."),
        (told("teams", value=["T1"]), 'teams[0]: names and values in braces are needed, not "T1".'),
        (told("teams", 0, "id", value=1), "teams[0].id: a text is needed, not 1."),
        (told("teams", 0, "id", value=" "), 'teams[0].id: a text is needed, not " ".'),
        (told("teams", 0, "skills", value="ID"), 'teams[0].skills: a list is needed, not "ID".'),
        (told("teams", 0, "place", value=2), "teams[0].place: a whole number from 0 to 1 is needed, not 2."),
        (told("teams", 0, "day_cap", value=0), "teams[0].day_cap: a whole number from 1 to 1440 is needed, not 0."),
        (told("teams", 0, "shifts", 1, value=[480, 1050]), "teams[0].shifts[1][0]: a list is needed, not 480."),
        (told("teams", 0, "shifts", 1, value=[[480]]), "teams[0].shifts[1][0]: 2 entries are needed, not 1."),
        (
            told("teams", 0, "shifts", 1, value=[[480, 1500]]),
            "teams[0].shifts[1][0][1]: a whole number from 0 to 1440 is needed, not 1500.",
        ),
        (
            told("teams", 0, "shifts", 1, value=[[720, 480]]),
            "teams[0].shifts[1][0]: a stretch of the day ends after it starts, not [720, 480].",
        ),
        (told("teams", value=TOLD["teams"] * 2), 'teams[1].id: "T1" stands at teams[0].id already. Give each its own.'),
        (
            told("children", value=TOLD["children"] * 2),
            'children[1].id: "C1" stands at children[0].id already. Give each its own.',
        ),
        (told("children", 0, "minutes", value="60"), NO_MINUTES % '"60"'),
        (told("children", 0, "minutes", value=None), NO_MINUTES % "null"),
        (told("children", 0, "minutes", value=True), NO_MINUTES % "true"),
        (told("children", 0, "minutes", value=60.0), NO_MINUTES % "60.0"),
        (told("children", 0, "minutes", value=float("nan")), NO_MINUTES % "NaN"),
        (told("children", 0, "minutes", value=float("inf")), NO_MINUTES % "Infinity"),
        (told("children", 0, "minutes", value=10**30), NO_MINUTES % 10**30),
        (told("children", 0, "visits", value=-1), "children[0].visits: a whole number from 1 to 99 is needed, not -1."),
        (told("travel", 0, value=20), "travel[0]: a list is needed, not 20."),
        (told("travel", 0, 1, value="20"), 'travel[0][1]: a number is needed, not "20".'),
        (told("travel", 0, 1, value=True), "travel[0][1]: a number is needed, not true."),
        (told("travel", 0, 1, value=float("nan")), "travel[0][1]: a number is needed, not NaN."),
        (told("children", 0, "minutes", value="@").replace('"@"', "7" * 5000), LONG % ("children[0].minutes", 5000)),
        (told("travel", 0, 1, value="@").replace('"@"', "7" * 5000), LONG % ("travel[0][1]", 5000)),
        (told("travel", 0, 1, value="@").replace('"@"', "-" + "7" * 5000), LONG % ("travel[0][1]", 5000)),
        (told("days", value="@").replace('"@"', "7" * 5000), LONG % ("days", 5000)),
        (told("name", value="@").replace('"@"', "7" * 5000), f"name: a text is needed, not {'7' * 37}…."),
        (told("travel", 0, 1, value="@").replace('"@"', "1e400"), "travel[0][1]: a number is needed, not 1e400."),
        (told("children", 0, "minutes", value="@").replace('"@"', "6e1"), NO_MINUTES % "60.0"),
        (told("children", 0, "minutes", value="2026-03-02T09:00+08:00"), NO_MINUTES % '"2026-03-02T09:00+08:00"'),
        (
            told("days", value="2026-03-02/2026-03-06"),
            'days: a whole number from 1 to 7 is needed, not "2026-03-02/2026-03-06".',
        ),
        (told("travel", value=[[0, 20], [25]]), "travel[1]: 2 entries are needed, not 1."),
        (told("travel", value=[]), "travel: 1 entries are needed, not 0."),
        (told("travel_afternoon", value=[[0]]), "travel_afternoon: 2 entries are needed, not 1."),
        (told("points", value=5), "points: a list is needed, not 5."),
        (told("points", value=[[0, 0]]), "points: 2 entries are needed, not 1."),
        (told("points", value=[[0, 0], [1]]), "points[1]: 2 entries are needed, not 1."),
        (told("points", value=[[0, 0], [1, None]]), "points[1][1]: a number is needed, not null."),
        (told("points", value=[[0, 0], [1, "29.5"]]), 'points[1][1]: a number is needed, not "29.5".'),
        (told("points", value=[[0, 0], [float("nan"), 1]]), "points[1][0]: a number is needed, not NaN."),
        (told("points", value=[[0, 0], [1, 1e300]]), "points[1][1]: a number is needed, not 1e+300."),
        (
            told("teams", value=TOLD["teams"] * 2001),
            "teams: at most 2000 entries are possible, not 2001. Divide the district.",
        ),
        (
            told("teams", value=[TOLD["teams"][0], TOLD["teams"][0] | {"id": "Ｔ１"}]),
            'teams[1].id: "Ｔ１" stands at teams[0].id already. Give each its own.',
        ),
        (told("teams", 0, "id", value="T1 "), 'teams[0].id: blanks stand before or after "T1 ". Remove them.'),
        (told("teams", 0, "skills", value=["ID\u200b"]), UNSEEN % ("teams[0].skills[0]", '"ID\\u200b"')),
        (told("children", 0, "id", value="C\0"), UNSEEN % ("children[0].id", '"C\\u0000"')),
        (told("children", 0, "id", value="C\ud800"), UNSEEN % ("children[0].id", '"C\\ud800"')),
        (told("name", value="\udfff"), UNSEEN % ("name", '"\\udfff"')),
        (told("\ud800", value=1), '"\\ud800" is not known.'),
        (told("", value=1), '"" is not known.'),
        (told("teams", 0, "a.b", value=1), 'teams[0]."a.b" is not known.'),
        (told("points", value="@").replace('"@"', "[" * 400 + "]" * 400), "points: 2 entries are needed, not 1."),
        (
            told("days", value="@").replace('"@"', "[" * 200 + "]" * 200),
            f"days: a whole number from 1 to 7 is needed, not {'[' * 37}….",
        ),
        (told("travel", 0, 1, value=1e300), "travel[0][1]: a number is needed, not 1e+300."),
        (told("travel_afternoon", value=5), "travel_afternoon: a list is needed, not 5."),
        (told("noon_break", value={"minutes": 60, "from": 720}), "noon_break.to is missing."),
        (
            told("noon_break", value=[60, 720, 840]),
            "noon_break: names and values in braces are needed, not [60, 720, 840].",
        ),
        (told("noon_brake", value={}), "noon_brake is not known. Is noon_break meant?"),
        (told("children", 0, "Windows", value=[]), "children[0].Windows is not known. Is windows meant?"),
        (told("teams", 0, "colour", value="red"), "teams[0].colour is not known."),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence_that_names_the_place(text, words):
    assert refusal(text) == words


def test_a_mark_at_the_beginning_of_the_file_and_names_of_no_matter_are_read():
    text = "\ufeff" + told("points", value=[[0, 0], [1, 1]])
    assert formats.read_problem(text).children == formats.read_problem(json.dumps(TOLD)).children


def test_less_than_nothing_and_powers_of_ten_are_the_numbers_they_are():
    text = json.dumps(TOLD).replace('"place": 0', '"place": -0').replace("[25, 0]", "[2.5e1, -0.0]")
    assert check(formats.read_problem(text), solve(formats.read_problem(text), iterations=20)) == []


@pytest.mark.parametrize(
    "path",
    [
        ("days",),
        ("travel",),
        ("travel", 0),
        ("travel", 0, 1),
        ("teams",),
        ("teams", 0),
        *(("teams", 0, key) for key in TOLD["teams"][0]),
        ("teams", 0, "shifts", 0, 0, 1),
        *(("children", 0, key) for key in TOLD["children"][0]),
        ("noon_break",),
        ("children", 0, "windows", 0, 0),
        ("travel_afternoon",),
        ("name",),
        ("points",),
        ("points", 0),
        ("teams", 0, "x"),
        ("x",),
    ],
)
@pytest.mark.parametrize("value", ["x", None, True, -1, 2**70, 1.5, [], {}, [[]], [None], {"a": 1}, ""])
def test_whatever_stands_anywhere_the_file_is_read_or_refused_in_words(path, value):
    try:
        problem = formats.read_problem(told(*path, value=value))
    except Refused as refused:
        assert all(one.text() for one in refused.problems)
    else:
        assert all(finding.text() for finding in validate(problem))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[0, None], [25, 0]], "travel_hole"),
        ([[0, -1], [25, 0]], "travel_negative"),
        ([[0, 20.5], [25, 0]], "travel_fraction"),
    ],
)
def test_a_bad_matrix_is_read_and_then_named(rows, code):
    told = formats.read_problem(json.dumps(TOLD | {"travel": rows}))
    assert [f.code for f in validate(told)] == [code]


def test_a_month_does_not_fit_the_format():
    with pytest.raises(ValueError):
        formats.write_problem(problem(children=[child()], travel=road(0, 20), days=days(26)))
