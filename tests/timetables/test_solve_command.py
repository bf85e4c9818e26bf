"""`flask timetables solve` on a file: plan to standard output, figures, the bound and reasons to the other."""

import json

import pytest

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
    assert "循环周表中送教全部排入，且已证明：路途不可能少于 130 分钟。" in done.stderr
    assert "未计入：小组之间的均衡" in done.stderr


def test_where_visits_are_missing_it_says_how_many_fewer_there_could_be(app, tmp_path):
    given = problem([team(shifts=always(HalfDay(480, 600), days=[0]))], [child("A"), child("B")])
    done = run(app, tmp_path, given, "--bound", "--out", str(tmp_path / "plan.json"))
    assert done.stdout == ""
    assert "有 1 次送教未排入。已证明：任何课表都不能少于这个数。" in done.stderr
    assert "%" not in done.stderr


def solve_text(app, tmp_path, given, *options, **changes):
    """Run the command on a file whose text differs from what is written for a problem."""
    file = tmp_path / "district.json"
    told = json.loads(write_problem(given)) | changes
    file.write_text(json.dumps(told), encoding="utf-8")
    return app.test_cli_runner().invoke(args=["timetables", "solve", str(file), "--seconds", "1", *options])


def kid(**changes):
    return [json.loads(write_problem(problem()))["children"][0] | changes]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"children": kid(minutes="60")}, 'children[0].minutes：应为 1 到 1440 之间的整数，现为"60"。'),
        ({"children": kid(minutes=None)}, "children[0].minutes：应为 1 到 1440 之间的整数，现为null。"),
        ({"children": kid(minutes=True)}, "children[0].minutes：应为 1 到 1440 之间的整数，现为true。"),
        ({"noon_brake": {"minutes": 60, "from": 720, "to": 840}}, "无法识别noon_brake，是否应为noon_break？"),
    ],
)
def test_a_file_with_something_wrong_in_it_is_refused_in_one_sentence(app, tmp_path, changes, words):
    done = solve_text(app, tmp_path, problem(), **changes)
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (1, "", words)


def test_a_visit_that_is_longer_than_every_time_of_the_family_is_the_reason_told(app, tmp_path):
    short = problem(children=[child(windows=always(HalfDay(510, 569)))])
    done = solve_text(app, tmp_path, short, "--explain")
    assert done.exit_code == 0
    assert "C1: 每次送教 60 分钟，超过家长任何一段方便的时间；其中最长的一段为 59 分钟。" in done.stderr
    assert "间隔" not in done.stderr and "至少隔" not in done.stderr


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_refused_with_what_to_do(app, tmp_path, encoding):
    file = tmp_path / "district.json"
    text = json.dumps(json.loads(write_problem(problem())) | {"name": "渝中区"}, ensure_ascii=False)
    file.write_bytes(text.encode(encoding))
    done = app.test_cli_runner().invoke(args=["timetables", "solve", str(file)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("该文件不是") and done.stderr.count("\n") == 1


def test_an_empty_file_is_refused_and_no_plan_is_written(app, tmp_path):
    file, out = tmp_path / "district.json", tmp_path / "plan.json"
    file.write_bytes(b"")
    done = app.test_cli_runner().invoke(args=["timetables", "solve", str(file), "--out", str(out)])
    assert (done.exit_code, done.stderr.strip(), out.exists()) == (1, "该文件是空的。请重新导出。", False)
