"""`python -m benchmarks.pvrp` on a directory of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.periodic.samples import EAST_AND_WEST, made_up

pytestmark = pytest.mark.xdist_group("periodic")  # one process compiles the search for all of them

ROOT = Path(__file__).resolve().parents[3]


def bench(*words):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.pvrp", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_table_with_gaps_mean_and_worst(tmp_path):
    (tmp_path / "east").write_text(EAST_AND_WEST)
    (tmp_path / "other").write_text(made_up(3, 9))
    (tmp_path / "best_known.csv").write_text("instance,best_known\neast,44.199502\nother,100\n")
    done = bench(tmp_path, "--seconds", 0.3, "--seeds", 2)
    assert done.returncode == 0, done.stderr
    east = [line.split() for line in done.stdout.splitlines() if line.startswith("east")]
    assert [row[:5] for row in east] == [["east", "4x2x1", "44.20", "44.20", "0.00"]] * 2
    assert "seed 1" in done.stdout and "seed 2" in done.stdout
    assert done.stdout.count("mean gap") == 3 and "all 2 seeds" in done.stdout


def test_a_solution_that_breaks_a_rule_ends_with_an_error(tmp_path):
    (tmp_path / "full").write_text(EAST_AND_WEST.replace("0 10\n0 10", "0 8\n0 8"))
    (tmp_path / "best_known.csv").write_text("instance,best_known\nfull,40\n")
    done = bench(tmp_path, "--seconds", 0.2)
    assert done.returncode == 1
    assert "full: the solution is wrong: " in done.stderr and "load 10 is more than 8" in done.stderr


def test_a_folder_that_is_not_one_is_told(tmp_path):
    done = bench(tmp_path)
    assert (done.returncode, "best_known.csv cannot be read" in done.stderr) == (2, True)
    (tmp_path / "best_known.csv").write_text("instance,best_known\ngone,40\n")
    assert "best_known.csv names gone" in bench(tmp_path).stderr
    (tmp_path / "best_known.csv").write_text("a,b\ngone,40\n")
    assert "needs the columns instance and best_known" in bench(tmp_path).stderr


def test_without_a_folder_it_says_what_to_name():
    done = bench()
    assert (done.returncode, done.stdout) == (0, "pvrp: name a directory of instances\n")
