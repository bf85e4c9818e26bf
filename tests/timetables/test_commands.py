"""`flask timetables solve` on files, as an administrator types it."""

import json

import pytest

from benchmarks.recount import recount
from benchmarks.synthetic import district


@pytest.fixture
def problem_file(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(district(10, 3, seed=3, schools=2, clusters=3)), encoding="utf-8")
    return path


def test_a_plan_is_written_and_keeps_every_rule(app, problem_file, tmp_path):
    out = tmp_path / "plan.json"
    done = app.test_cli_runner().invoke(
        args=[
            "timetables",
            "solve",
            str(problem_file),
            "--seconds",
            "0.3",
            "--seed",
            "1",
            "--out",
            str(out),
            "--explain",
        ]
    )
    assert done.exit_code == 0, done.output
    figures, broken = recount(json.loads(problem_file.read_text()), json.loads(out.read_text()))
    assert broken == [] and figures["teams_per_child"] == 1.0


def test_without_a_file_name_standard_output_holds_the_plan_alone(app, problem_file):
    done = app.test_cli_runner().invoke(args=["timetables", "solve", str(problem_file), "--seconds", "0.3"])
    assert json.loads(done.stdout)["visits"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "空"),
        ("{}", "visit-timetable/1"),
        ("[1]", "visit-timetable/1"),
        ('{"format": "visit-timetable/2"}', "visit-timetable/1"),
        ("\x00", "JSON"),
    ],
)
def test_a_file_that_is_no_problem_is_refused_in_one_sentence(app, tmp_path, text, named):
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["timetables", "solve", str(path), "--seconds", "0.3"])
    assert done.exit_code == 1 and not done.stdout
    assert named in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_hole_in_the_travel_table_is_named(app, problem_file):
    told = json.loads(problem_file.read_text())
    told["travel"][1][2] = None
    problem_file.write_text(json.dumps(told))
    done = app.test_cli_runner().invoke(args=["timetables", "solve", str(problem_file), "--seconds", "0.3"])
    assert done.exit_code == 1 and "1" in done.stderr and "2" in done.stderr and not done.stdout


def test_the_bound_is_told_in_words(app, problem_file, tmp_path):
    done = app.test_cli_runner().invoke(
        args=[
            "timetables",
            "solve",
            str(problem_file),
            "--seconds",
            "0.3",
            "--bound",
            "--out",
            str(tmp_path / "plan.json"),
        ]
    )
    assert done.exit_code == 0 and ("%" in done.stderr or "proven" in done.stderr or "证明" in done.stderr)


def test_the_engine_is_compiled_ahead_without_a_word(app):
    done = app.test_cli_runner().invoke(args=["timetables", "warm-up"])
    assert done.exit_code == 0 and done.output == ""
