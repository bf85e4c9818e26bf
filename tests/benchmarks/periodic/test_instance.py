"""Reading the text format."""

import math

import pytest

from benchmarks.solvers.periodic import FormatError, parse, read
from tests.benchmarks.periodic.samples import EAST_AND_WEST


def test_a_problem_is_read_as_it_stands():
    instance = parse(EAST_AND_WEST)
    assert (instance.size, instance.depot) == ("4x2x1", (0.0, 0.0))
    assert instance.limits == ((math.inf, 10.0), (math.inf, 10.0))
    customer = instance.customers[1]
    assert (customer.name, customer.x, customer.y, customer.demand) == ("2", 10.0, -1.0, 5.0)


def test_the_first_day_is_the_highest_bit():
    text = "1 1 1 3\n0 0\n0 0\n0 0\n0 0 0\n7 1 1 0 1 2 2 6 5\n"
    assert parse(text).customers[0].options == (frozenset({0, 1}), frozenset({0, 2}))


def test_limits_may_differ_by_day_and_durations_count():
    instance = parse("1 1 1 2\n90 5\n0 7\n0 0 0\n1 1 1 3 1 1 1 2\n")
    assert instance.limits == ((90.0, 5.0), (math.inf, 7.0))


def test_a_customer_without_visits_has_no_options():
    assert parse("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 0 1 1\n").customers[0].options == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("2 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 1 1 1\n", "line 1: type 2 is not periodic"),
        ("1 0 1 1\n0 0\n0 0 0\n1 1 1 0 1 1 1 1\n", "line 1: 0 should be a whole number of at least 1"),
        ("1 1 2 1\n0 0\n0 0 0\n1 1 1 0 1 1 1 1\n", "2 customers and 1 days need 5 lines, there are 4"),
        ("1 1 1 1\n0 -4\n0 0 0\n1 1 1 0 1 1 1 1\n", "line 2: a limit cannot be negative"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 north 0 1 1 1 1\n", "line 4: could not convert string to float: 'north'"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 nan 0 1 1 1 1\n", "line 4: every number must be finite"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 2 1 1\n", "line 4: code 1 does not have 2 days"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 1 1 2\n", "line 4: code 2 has days beyond the 1"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 1 2 1\n", "line 4: 2 codes are announced, there are 1"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 1 0\n", "line 4: 1 visits, but no code"),
        ("1 1 1 1\n0 0\n0 0 0\n1 1 1 -2 1 1 1 1\n", "line 4: service and demand cannot be negative"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(text, told):
    with pytest.raises(FormatError) as caught:
        parse(text, "bad")
    assert told in str(caught.value)
    assert str(caught.value).startswith("bad")


def test_a_file_has_its_name(tmp_path):
    (tmp_path / "east").write_text(EAST_AND_WEST)
    assert read(tmp_path / "east").name == "east"
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(FormatError, match="picture: cannot be read as text"):
        read(tmp_path / "picture")
