"""A periodic routing problem, its solution, and the reader of the text format of Cordeau et al. (1997)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

PERIODIC = 1  # the format's type of problem: 1 = periodic vehicle routing


class FormatError(ValueError):
    """A text that is no periodic routing problem; the message says where and what is wrong with it."""


@dataclass(frozen=True)
class Customer:
    """One place to visit.

    `service` is the time of a visit, `demand` what a visit takes of a vehicle's load, both in the units of the file.
    `options` are the allowed sets of days (each a frozenset of day numbers from 0); one of them is to be chosen, and
    every day of it is one visit. No options: never visited.
    """

    name: str
    x: float
    y: float
    service: float
    demand: float
    options: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Instance:
    """A problem: `vehicles` equal vehicles a day, `limits[d]` = (longest duration of a route, capacity) of day d.

    Limits are infinite where there is none. A duration is travel (Euclidean, in floating point) plus service.
    """

    name: str
    vehicles: int
    limits: tuple[tuple[float, float], ...]
    depot: tuple[float, float]
    customers: tuple[Customer, ...]

    @property
    def days(self) -> int:
        """Number of days of the period."""
        return len(self.limits)

    @property
    def size(self) -> str:
        """Customers x days x vehicles, for tables."""
        return f"{len(self.customers)}x{self.days}x{self.vehicles}"


@dataclass(frozen=True)
class Solution:
    """Routes per day: `routes[d]` holds tuples of customer numbers (from 0) in the order of the drive.

    `cost` is the travelled distance as the solver believes it (`check` computes its own); `feasible` says whether the
    solver kept capacity and duration; `iterations` how many ruins it made (an individual of its own counts as 500).
    """

    routes: tuple[tuple[tuple[int, ...], ...], ...]
    cost: float
    feasible: bool
    iterations: int


def read(path: Path) -> Instance:
    """Read one file of the Cordeau format; its name becomes the instance's. Raises FormatError naming file and line."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as fault:
        raise FormatError(f"{path.name}: cannot be read as text ({fault})") from fault


def parse(text: str, name: str = "instance") -> Instance:
    """Read the text of the Cordeau format.

    First line `type vehicles customers days`; a line `D Q` a day (0 = no limit); the depot; then a line a customer:
    number x y service demand frequency number-of-codes codes. A code is a sum of bits; the first day is the highest of
    the `days` bits. Raises FormatError with the line's number.
    """
    lines = [(at, line.split()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise FormatError(f"{name}: the file is empty")
    kind, vehicles, count, days = _head(name, *lines[0])
    if len(lines) < 2 + days + count:
        needed = f"{count} customers and {days} days need {2 + days + count} lines"
        raise FormatError(f"{name}: {needed}, there are {len(lines)}")
    limits = tuple(_limit(name, *line) for line in lines[1 : days + 1])
    _number, x, y = _numbers(name, *lines[days + 1], least=3)[:3]
    customers = tuple(_customer(name, *line, days) for line in lines[days + 2 : days + 2 + count])
    return Instance(name, vehicles, limits, (x, y), customers)


def _numbers(name: str, at: int, words: list[str], least: int) -> list[float]:
    if len(words) < least:
        raise FormatError(f"{name} line {at}: {least} numbers are needed, there are {len(words)}")
    try:
        found = [float(word) for word in words]
    except ValueError as fault:
        raise FormatError(f"{name} line {at}: {fault}") from None
    if not all(math.isfinite(number) for number in found):
        raise FormatError(f"{name} line {at}: every number must be finite")
    return found


def _whole(name: str, at: int, numbers: list[float], least: int) -> list[int]:
    for number in numbers:
        if number != int(number) or number < least:
            raise FormatError(f"{name} line {at}: {number:g} should be a whole number of at least {least}")
    return [int(number) for number in numbers]


def _head(name: str, at: int, words: list[str]) -> list[int]:
    head = _whole(name, at, _numbers(name, at, words, 4)[:4], 0)
    if head[0] != PERIODIC:
        raise FormatError(f"{name} line {at}: type {head[0]} is not periodic vehicle routing (type {PERIODIC})")
    _whole(name, at, head[1:], 1)
    return head


def _limit(name: str, at: int, words: list[str]) -> tuple[float, float]:
    longest, capacity = _numbers(name, at, words, 2)[:2]
    if longest < 0 or capacity < 0:
        raise FormatError(f"{name} line {at}: a limit cannot be negative (0 means none)")
    return longest or math.inf, capacity or math.inf


def _customer(name: str, at: int, words: list[str], days: int) -> Customer:
    found = _numbers(name, at, words, 7)
    service, demand = found[3:5]
    if service < 0 or demand < 0:
        raise FormatError(f"{name} line {at}: service and demand cannot be negative")
    frequency, count = _whole(name, at, found[5:7], 0)
    codes = _whole(name, at, found[7 : 7 + count], 0)
    if len(codes) < count:
        raise FormatError(f"{name} line {at}: {count} codes are announced, there are {len(codes)}")
    options = dict.fromkeys(_days(name, at, code, days) for code in codes) if frequency else {}
    wrong = [code for code in codes if frequency and bin(code).count("1") != frequency]
    if wrong or frequency and not options:
        what = f"code {wrong[0]} does not have {frequency} days" if wrong else f"{frequency} visits, but no code"
        raise FormatError(f"{name} line {at}: {what}")
    return Customer(words[0], found[1], found[2], service, demand, tuple(options))


def _days(name: str, at: int, code: int, days: int) -> frozenset[int]:
    if code >= 1 << days:
        raise FormatError(f"{name} line {at}: code {code} has days beyond the {days} of the period")
    return frozenset(day for day in range(days) if code >> (days - 1 - day) & 1)
