"""Instances in, and what is said of wrong ones."""

import json

import numpy as np
import pytest

from app.kernel.problems import Refused
from benchmarks.solvers.synchronised import read_best_known, read_problem
from tests.benchmarks.synchronised.samples import random_problem, told


def test_an_instance_is_read():
    problem = random_problem(4, (15.0, 25.0))
    read = read_problem(told(problem), "four")
    assert (read.patients, read.caregivers, read.name) == (problem.patients, problem.caregivers, "four")
    assert np.array_equal(read.travel, problem.travel)


def test_a_service_without_minutes_takes_the_usual_ones():
    text = json.loads(told(random_problem(4)))
    del text["patients"][0]["required_caregivers"][0]["duration"]
    assert read_problem(json.dumps(text)).patients[0].minutes == (10.0,)


def change(text, path, value):
    for key in path[:-1]:
        text = text[key]
    text[path[-1]] = value


WRONG = {
    "is not an instance of such visits: KeyError 'patients'": (("patients",), None),
    "There is no patient to be seen": (("patients",), []),
    "There is no caregiver": (("caregivers",), []),
    "must have 5 rows and columns": (("distances",), [[0.0]]),
    "has a hole or a negative leg": (("distances", 1, 2), -1),
    "The id p1 is there more than once": (("patients", 0, "id"), "p1"),
    "p0 must need one service or two": (("patients", 0, "required_caregivers"), []),
    "p0: times must be 0 or more": (("patients", 0, "time_window"), [9, 3]),
    "p3: the least time between two services is over the most": (
        ("patients", 3, "synchronization"),
        {"type": "sequential", "distance": [9, 3]},
    ),
    "neither simultaneous nor sequential": (("patients", 3, "synchronization"), {"type": "never"}),
    "Nobody is able to give p0 s9": (("patients", 0, "required_caregivers"), [{"service": "s9", "duration": 5}]),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_instance_is_named(sentence):
    text = json.loads(told(random_problem(4)))
    path, value = WRONG[sentence]
    if value is None:
        del text[path[0]]
    else:
        change(text, path, value)
    with pytest.raises(Refused, match=sentence):
        read_problem(json.dumps(text))


def test_one_caregiver_cannot_be_two():
    text = json.loads(told(random_problem(4)))
    text["patients"] = text["patients"][3:]
    text["distances"] = [[0, 1], [1, 0]]
    text["caregivers"] = [{"id": "x", "abilities": ["a", "b"]}]
    with pytest.raises(Refused, match="p3 needs two caregivers, only one is able"):
        read_problem(json.dumps(text))


def test_a_text_that_is_no_instance_is_refused():
    with pytest.raises(Refused, match="not an instance of such visits"):
        read_problem("[1, 2")


def test_best_known_costs_are_read(tmp_path):
    listed = tmp_path / "best_known.csv"
    assert read_best_known(listed) == {}
    listed.write_text("instance,total_cost\nx.json,12.5\n", encoding="utf-8")
    assert read_best_known(listed) == {"x.json": 12.5}
    listed.write_text("instance,total_cost\nx.json,much\n", encoding="utf-8")
    with pytest.raises(Refused, match="must have the columns instance and total_cost"):
        read_best_known(listed)
