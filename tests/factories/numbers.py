"""Numbers of the things that tests make: one row for all factories, from 1 again in each test, so that what a test
makes is the same alone and after any other."""

from __future__ import annotations

from datetime import date
from itertools import count

from app.children.types import Sex
from app.kernel.identifiers import resident_check

_numbers = [count(1)]


def restart() -> None:
    """Begin at 1 again; done before each test."""
    _numbers[0] = count(1)


def next_number() -> int:
    """A number that nothing of this test has yet."""
    return next(_numbers[0])


def shaped(sequence: int, birth: date) -> str:
    """Eighteen characters shaped like an ID of the never-issued area, with a right check character."""
    first = f"509999{birth:%Y%m%d}{sequence:03d}"
    return first + resident_check(first)


def resident_number(birth: date, sex: Sex) -> str:
    """An ID number that nobody of this test has yet and that fits the person: its last but one digit tells the sex."""
    return shaped(next_number() * 2 % 1000 + (1 if sex is Sex.MALE else 0), birth)
