"""`flask timetables solve` on a file: plan to standard output, figures, the bound and reasons to the other."""

import json

from app.routing.formats import write_problem
from tests.routing.samples import HalfDay, always, child, problem, road, team


def run(app, tmp_path, given, *options):
    file = tmp_path / "district.json"
    file.write_text(write_problem(given), encoding="utf-8")
    return app.test_cli_runner().invoke(args=["timetables", "solve", str(file), "--seconds", "2", *options])


def test_the_bound_is_said_beside_the_plan(app, tmp_path):
    given = problem([team()], [child("A"), child("B", place="2")], road(0, 60, 65))
    done = run(app, tmp_path, given, "--bound")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["visits"]) == 2
    assert "循环周表中送教全部排入，且已证明：路途不可能少于130分钟。" in done.stderr
    assert "未计入：小组之间的均衡" in done.stderr


def test_where_visits_are_missing_it_says_how_many_fewer_there_could_be(app, tmp_path):
    given = problem([team(shifts=always(HalfDay(480, 600), days=[0]))], [child("A"), child("B")])
    done = run(app, tmp_path, given, "--bound", "--out", str(tmp_path / "plan.json"))
    assert done.stdout == ""
    assert "有1次送教未排入。已证明：任何课表都不能少于这个数。" in done.stderr
    assert "%" not in done.stderr
