import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import format_amount, format_yuan, parse_yuan, split_by, split_evenly


def test_yearly_aid_splits_exactly_over_two_terms():
    assert split_evenly(62_500, 2) == [31_250, 31_250]
    assert split_evenly(100_001, 2) == [50_001, 50_000]
    assert split_evenly(-5, 2) == [-3, -2]
    with pytest.raises(ValueError, match="at least one"):
        split_evenly(100, 0)


@given(st.integers(-(10**9), 10**9), st.integers(1, 40))
def test_even_parts_add_up_and_differ_by_one_fen(fen, parts):
    split = split_evenly(fen, parts)
    assert sum(split) == fen and len(split) == parts and max(split) - min(split) <= 1


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(any))
def test_weighted_parts_add_up_and_stay_within_one_fen_of_the_share(fen, weights):
    split = split_by(fen, weights)
    assert sum(split) == fen
    assert all(
        abs(part * sum(weights) - fen * weight) < sum(weights) for part, weight in zip(split, weights, strict=True)
    )


def test_left_over_fen_go_to_the_largest_remainders():
    assert split_by(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by(10, [1, 0, 2]) == [3, 0, 7]
    with pytest.raises(ValueError, match="not all zero"):
        split_by(10, [0, 0])


@pytest.mark.parametrize(
    ("fen", "text"), [(125_000, "1,250"), (31_250, "312.50"), (5, "0.05"), (-31_205, "-312.05"), (0, "0")]
)
def test_format(fen, text):
    assert format_yuan(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"), [(8_000, "80.00"), (125_005, "1,250.05"), (5, "0.05"), (-31_205, "-312.05"), (0, "0.00")]
)
def test_an_amount_of_a_claim_shows_both_decimals(fen, text):
    assert format_amount(fen) == text


@given(st.integers(-(10**12), 10**12))
def test_an_amount_of_a_claim_can_be_read_again(fen):
    read = parse_yuan(format_amount(abs(fen)))
    assert read.value == abs(fen)


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("1250", 125_000),
        ("1,250.5", 125_050),
        ("¥312.50", 31_250),
        ("６２５元", 62_500),
        (1250, 125_000),
        (312.5, 31_250),
        ("0.05", 5),
        ("", None),
        (None, None),
    ],
)
def test_parse(value, fen):
    assert parse_yuan(value).ok and parse_yuan(value).value == fen


@pytest.mark.parametrize("text", ["1.234", "-5", "12,50", "abc", "1e3", "nan"])
def test_what_is_not_an_amount_is_refused(text):
    assert parse_yuan(text).problem.code == "amount_unreadable"


@given(st.integers(0, 10**12))
def test_what_is_shown_can_be_read_again(fen):
    assert parse_yuan(format_yuan(fen)).value == fen
