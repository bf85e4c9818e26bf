"""The benchmark as it is called."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, split
from tests.benchmarks.synchronised.samples import least_cost, random_problem, told

pytestmark = pytest.mark.xdist_group("synchronised")  # one process compiles the search for all of them

ROOT = Path(__file__).resolve().parents[3]


def run(*words):
    command = [sys.executable, "-m", "benchmarks", "hhcrsp", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_folder_is_solved_and_compared(tmp_path):
    best = {}
    for seed in (0, 1):
        problem = random_problem(seed)
        (tmp_path / f"small_{seed}.json").write_text(told(problem), encoding="utf-8")
        best[f"small_{seed}.json"] = least_cost(problem)
    rows = "".join(f"{name},{value}\n" for name, value in best.items())
    (tmp_path / "best_known.csv").write_text(f"instance,total_cost\n{rows}", encoding="utf-8")
    done = run(tmp_path, "--iterations", 20_000, "--seed", 4, "--seeds", 2, "--workers", 1)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[3:5]] == ["small_0", "small_1"]
    assert [line.split()[-2:] for line in lines[3:5]] == [["0.00", "0.00"]] * 2
    assert lines[-2:] == ["mean gap 0.000 %, worst 0.00 %, 4 runs", "every solution keeps the rules"]


def test_a_wrong_instance_and_an_empty_folder_are_named(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1
    assert "There is no instance (*.json)" in done.stderr
    (tmp_path / "wrong.json").write_text("{}", encoding="utf-8")
    done = run(tmp_path, "--iterations", 10)
    assert done.returncode == 1
    assert "not an instance of such visits" in done.stderr


def test_a_folder_may_follow_the_name_of_a_benchmark_on_problems():
    assert split(["pages", "--rows", "3", "hhcrsp", "folder", "--seconds", "5"]) == [
        ("pages", ["--rows", "3"]),
        ("hhcrsp", ["folder", "--seconds", "5"]),
    ]
    assert [name for name, _ in split([])] == [*BENCHMARKS]
    with pytest.raises(ValueError, match="folder"):
        split(["pages", "folder"])
