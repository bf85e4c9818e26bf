"""The benchmarks on districts: the count from the files alone finds what is wrong, and the tables are printed."""

import copy
import json

from app.routing import solve
from app.routing.formats import read_problem, write_solution
from benchmarks import districts, municipality
from benchmarks.recount import recount
from benchmarks.synthetic import district


def solved(children=12, teams=3):
    told = district(children, teams, seed=5, schools=2, clusters=4)
    problem = read_problem(json.dumps(told))
    return told, json.loads(write_solution(problem, solve(problem, iterations=2000, seed=1)))


def test_a_good_plan_has_nothing_broken_and_each_fault_is_found():
    told, plan = solved()
    figures, broken = recount(told, plan)
    assert broken == [] and figures["of"] == 24 and figures["travel"] > 0
    for fault in (_too_early, _twice, _forgotten, _unskilled):
        wrong_told, wrong = copy.deepcopy(told), copy.deepcopy(plan)
        fault(wrong_told, wrong)
        assert recount(wrong_told, wrong)[1], fault.__name__


def _too_early(_told, plan):
    plan["visits"][0]["start"] = 300


def _twice(_told, plan):
    first = plan["visits"][0]
    plan["visits"].append(first | {"day": (first["day"] + 1) % 5})


def _forgotten(_told, plan):
    plan["visits"].pop()


def _unskilled(told, _plan):
    for team in told["teams"]:
        team["skills"] = []


def test_the_table_of_districts_has_a_line_a_seed_and_known_figures(tmp_path, capsys):
    (tmp_path / "one.json").write_text(json.dumps(district(8, 2, seed=2)), encoding="utf-8")
    (tmp_path / "known_figures.csv").write_text("name,unserved,travel\none,0,900\n", encoding="utf-8")
    assert districts.main([str(tmp_path), "--seconds", "0.3", "--seeds", "2"]) == 0
    told = capsys.readouterr().out
    assert told.count("\none ") == 3 and "known: 0 / 900" in told


def test_a_folder_without_problems_is_told(tmp_path, capsys):
    assert districts.main([str(tmp_path)]) == 1
    assert "no problem" in capsys.readouterr().err


def test_units_of_a_municipality_add_up():
    found = municipality.sizes(37, 5000)
    assert len(found) == 37 and sum(found) == 5000 and min(found) >= 5 and max(found) < 500
    row = municipality.work((1, 9, 0.3, 1))
    assert row["broken"] == [] and row["of"] == 18
