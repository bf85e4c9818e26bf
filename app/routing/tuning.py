"""Every temperature, share and limit of the search. Temperatures are minutes of travel; shares lie between 0 and 1.

Changing one changes what a run with a seed finds: compare with `script/bench districts` before and after.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.routing.records import Record


class Leg(NamedTuple):
    """A part of a run: `share` of it, the first and the last temperature."""

    share: float
    hot: float
    cold: float


@dataclass(frozen=True)
class Tuning(Record):
    """The compiled search of `kernel/` and, where it has the same, the plain one of `search.py`; see `Plainly`."""

    # a run
    legs: tuple[Leg, ...] = (Leg(0.75, 40.0, 0.3), Leg(0.25, 10.0, 0.2))  # after each, team weeks are joined
    moves: int = 4000  # of a run that is limited by neither time nor moves
    chunk: int = 400  # moves between two looks at the clock and the cancel flag
    lanes: int = 2  # searches side by side
    look: float = 0.25  # seconds between two looks whether all lanes are done
    handed: float = 2.0  # seconds at least between two plans that are handed over on the way
    # what things cost, beside the weights of the problem
    substitute: float = 0.2  # a substitute's visit, of a missing one: never for travel's sake, always before a child
    # goes short
    idle_share: float = 0.5  # a team below this part of its fair share costs
    idle_cost: float = 0.7  # so many minutes, times the square of what it lacks over that part: none is left idle
    least_gain: float = 1e-6  # less is no better plan
    # what is taken out in one move
    most_out: int = 10  # demands
    waiting_first: float = 0.5  # moves near a demand that lacks visits, where there is one
    anyone: float = 0.12  # moves that take out demands from anywhere;
    near: float = 0.43  # the nearest ones;
    strings: float = 0.30  # stretches of trips; what is left of 1 mixes the weeks of two teams
    near_passed: float = 0.15  # near demands that are passed over
    longest_string: int = 4  # homes of one trip
    second_team: float = 0.5  # chance of each near team to be the second one whose week is mixed
    retried: int = 12  # demands without all their visits that are tried again in one move
    # in which order it is put back, and where
    shuffled: float = 0.4  # moves that put back at random;
    longest_first: float = 0.2
    fewest_options_first: float = 0.2
    farthest_first: float = 0.1  # what is left of 1 begins with the nearest
    blink: float = 0.02  # teams passed over, so that the same ruin is not always mended the same way
    patient: float = 0.2  # moves that are carried to their end although they already cost too much
    many_teams: int = 16  # with more able teams, about so many are looked at: those near, and some of the others
    near_teams: int = 20  # demands whose teams count as near
    neighbours: int = 80  # near demands that are kept for each
    # joining team weeks
    joining: float = 0.06  # of a timed run that one joining may take,
    joining_least: float = 0.2  # seconds at least
    most_columns: int = 6000  # team weeks that are remembered
    nodes: int = 400  # of the branch and bound; a limit that does not depend on the clock keeps runs repeatable
    most_kept: int = 200  # plans of a lane that are looked through
    late: float = 0.5  # share of a leg after which a plan is looked through although it is not the best


@dataclass(frozen=True, kw_only=True)
class Plainly:
    """What the plain search of `search.py` has otherwise: its runs are shorter."""

    hot: float = 20.0
    cold: float = 0.3
    blink: float = 0.01
    anyone: float = 0.15
    near: float = 0.45
    nearest: int = 3  # times the demands to be taken out: so many near ones are looked at
    sensible: int = 40  # moves that make the trips of teams that do not exist sensible before their minutes are told


@dataclass(frozen=True)
class Laying:
    """What is laid out before a search begins: see `grid.py`."""

    patterns: int = 200  # more day patterns of a demand are thinned out: the search would spend its time on near-equals
    tried: int = 20  # times as many are looked through before they are thinned out
    work_share: float = 1.5  # minutes of work for a minute of visits in fair shares: half as much again is travel


@dataclass(frozen=True, kw_only=True)
class Repairing:
    """Repairs of a dated plan (`repair/`) and the room made for lost visits (`room.py`)."""

    out: int = 10_000  # a visit that stays out, in minutes of travel, times priority;
    taken: int = 1_000  # times that for one taken from a child that was not hit: no other visit is worth it
    hot: float = 5.0  # minutes: the first temperature of the annealing;
    cold: float = 0.01  # the last
    most_out: int = 4  # rows taken off in one ruin;
    near_waiting: float = 0.8  # ruins that clear room for a row that stays out, where there is one;
    crews: int = 8  # teams among which such room is looked for;
    cleared: int = 3  # loose visits taken out of a cell at most
    iterations: int = 200  # small ruins and repairs for each way
    disturbed: int = 0  # children who were not hit and may be moved where the fewest changes are wanted: they are moved
    # only in the other ways, which say so
    room_tries: int = 40  # ruins and repairs for each visit for which room is made;
    room_most: int = 400  # at most so many for a week


TUNING, PLAINLY = Tuning(), Plainly()
LAYING, REPAIRING = Laying(), Repairing()
