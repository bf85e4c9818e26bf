"""Which files may be merged, and what a person is told where not: the rules by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.files.rules import first_choice, merge_problems, reason_problems, undo_problems
from app.files.types import FileSide

KEPT = FileSide(number_of_file="YA20000001", unit="彭水县", writes=True, number=("resident_id", b"1"))
SECOND = FileSide(number_of_file="YA20000002", unit="城口县", writes=True)
PLAN = ((date(2026, 9, 1), date(2027, 1, 20)),)
LATER = ((date(2027, 2, 20), date(2027, 7, 5)),)


def codes(kept: dict, second: dict) -> set[str]:
    return {one.code for one in merge_problems(replace(KEPT, **kept), replace(SECOND, **second))}


@pytest.mark.parametrize(
    ("kept", "second", "told"),
    [
        ({}, {}, set()),
        ({}, {"number": ("resident_id", b"1")}, set()),
        ({}, {"number": ("passport", b"2")}, set()),
        ({}, {"number": ("resident_id", b"2")}, {"merge_numbers"}),
        ({}, {"writes": False}, {"merge_foreign"}),
        ({"merged": True}, {}, {"merge_merged"}),
        ({}, {"merged": True}, {"merge_merged"}),
        ({}, {"seconds": True}, {"merge_chain"}),
        ({"seconds": True}, {}, set()),
        ({"places": ("郁山小学",)}, {}, set()),
        ({"places": ("郁山小学",)}, {"places": ("城口小学",)}, {"merge_both_placed"}),
        ({}, {"places": ("城口小学",)}, {"merge_placed"}),
        ({}, {"decided": True}, {"merge_decided"}),
        ({"decided": True}, {"decided": True}, set()),
        ({"plans": PLAN}, {"plans": PLAN}, {"merge_both_planned"}),
        ({"plans": PLAN}, {"plans": LATER}, {"merge_planned"}),
        ({"plans": PLAN}, {}, set()),
        ({}, {"plans": PLAN}, {"merge_planned"}),
        ({}, {"submitted": True}, {"merge_submitted"}),
        ({"submitted": True}, {}, set()),
        ({"visits": 2}, {"visits": 1}, {"merge_both_visited"}),
        ({}, {"visits": 1}, {"merge_visited"}),
        ({"transfer": True}, {}, {"merge_transfer"}),
        ({}, {"transfer": True}, {"merge_transfer"}),
        ({}, {"request": True}, {"merge_request"}),
    ],
)
def test_what_holds_today_stands_in_the_file_that_is_kept(kept, second, told):
    assert codes(kept, second) == told


def test_a_file_is_not_merged_into_itself():
    assert [one.code for one in merge_problems(KEPT, KEPT)] == ["merge_itself"]


def test_the_file_with_what_holds_is_offered_to_be_kept_then_the_one_with_numbers():
    assert first_choice(SECOND, KEPT) is KEPT
    placed = replace(SECOND, places=("城口小学",))
    assert first_choice(KEPT, placed) is placed
    assert first_choice(SECOND, replace(SECOND, number_of_file="YA20000003")) is SECOND


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, set()),
        ({"writes": False}, {"part_foreign"}),
        ({"number_taken": "YA20000009"}, {"part_number"}),
        ({"number_used": True}, {"part_student_number"}),
    ],
)
def test_it_is_undone_unless_something_would_be_lost(facts, told):
    found = undo_problems(**({"writes": True, "number_taken": None, "number_used": False} | facts))
    assert {one.code for one in found} == told


def test_a_reason_has_a_few_words():
    assert reason_problems(" 同 ") and not reason_problems("身份证一致")
