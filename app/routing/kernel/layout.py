"""The arrays of a search by name. All whole numbers are int32; minutes are whole minutes, of the day where a clock is
meant. Demands, teams, days, slots and patterns count from 0. A *slot* is a shift of a team on a day, room for one trip.

A row `…_at` of lists has one number more than there are items: the list of item i lies from `…_at[i]` to
`…_at[i + 1]` of the row that is named beside it.
"""

from dataclasses import dataclass

from app.routing.kernel import pointers  # noqa: F401  teaches the compiler what a record is
from app.routing.records import Cube, Dice, FloatRow, Record, Row, Table
from app.routing.tuning import Tuning

LONGEST = 24  # homes in one trip
SPARE = 2  # rows of a timetable beside those of the slots
NO_LIMIT = 1_000_000
NEVER = 1 << 28  # minutes of what cannot be
ENDLESS = 1e18  # what it costs
TRAVELLED, WEIGHTED, CHANGED, SUBSTITUTED = range(4)  # places in `Timetable.totals`


@dataclass(frozen=True, eq=False)
class Given(Record):
    """What a search is about; it never changes."""

    days: int
    kids: int  # demands
    teams: int
    slots: int
    legs: Cube  # (halves of the day with minutes of their own, places, places)
    # by demand
    home: Row  # (kids,) place
    minutes: Row  # (kids,) of a visit
    priority: Row  # (kids,)
    asked: Row  # (kids,) visits in the template
    before: Row  # (kids,) team of the previous plan, -1 none
    shares: Row  # (kids,) may share a day with another service of the child
    far: Row  # (kids,) minutes from the nearest able school
    disliked: Table  # (kids, teams) minutes that a team costs more because the family wishes another
    near: Table  # (kids, neighbours kept) demands by distance, itself first
    able_at: Row
    able: Row  # teams that may come; the index here is an *able number*
    day_at: Row
    day_of: Row  # usable days
    sib_at: Row
    sib: Row  # other services of the child
    win_at: Table  # (kids, days + 1)
    win_first: Row
    win_last: Row  # first and last starts
    pat_at: Row  # patterns of a demand; they are numbered through
    # by pattern
    pat_missing: Row  # visits that it leaves out
    pat_change: Row  # days unlike the previous plan
    pat_day_at: Row
    pat_day: Row
    # by team
    school: Row  # (teams,) place
    cap: Row  # (teams,) minutes out a day
    most: Row  # (teams,) visits a day
    driving: Row  # (teams,) minutes of travel a day
    one: Row  # (teams,) goes out once a day
    rival_at: Row
    rival: Row  # teams that share a teacher with it
    slot_at: Table  # (teams, days + 1) slots of a team on a day
    # by slot
    slot_team: Row
    slot_day: Row
    slot_start: Row
    slot_end: Row
    slot_half: Row  # whose minutes between places hold
    rest: Row  # minutes that its trip keeps free, 0 = none, between
    rest_from: Row
    rest_to: Row
    clash_at: Row
    clash: Row  # slots that need the same teacher


@dataclass(frozen=True, eq=False)
class Timetable(Record):
    """A timetable under construction. All arrays are parts of `whole`, so that one copy copies all.

    By slot, and two rows more: row `slots` for trips that are tried, row `slots + 1` stays empty.
    """

    seq: Table  # (slots + SPARE, LONGEST) demands in the order of the trip
    size: Row  # (slots + SPARE,) how many
    ends: Table  # (slots + SPARE, LONGEST) earliest end of each visit
    lates: Table  # (slots + SPARE, LONGEST) latest start of each visit
    away: Row  # (slots + SPARE,) least minutes out
    driven: Row  # (slots + SPARE,) minutes of travel
    served: Row  # (slots + SPARE,) minutes of visits
    version: Table  # (teams, days) changes whenever a price of that day may have changed
    load: Row  # (teams,) minutes of travel and visits
    team: Row  # (kids,) -1 = not served
    pattern: Row  # (kids,) -1 = not served
    missing: Row  # (kids,) visits
    giver: Table  # (kids, days of the longest pattern) team of each day
    totals: Row  # (4,) travel, weighted missing visits, cost of changes, substitute visits
    clock: Row  # (1,) versions given
    whole: Row


@dataclass(frozen=True, eq=False)
class Memory(Record):
    """What a search remembers beside its timetable: prices, what changed since the last mark, scratch."""

    # by able number and day: the cheapest place of the demand
    seen: Table  # version of the day for which the following hold
    price: Table  # extra minutes of travel, NEVER = none
    place_slot: Table
    place_pos: Table
    place_from: Table  # slot whose trip moves before, -1 = none does,
    place_to: Table  # and where to
    # since the last mark
    mark: Row  # (1,) its number
    counts: Row  # (3,) marked slots, cells, demands
    slot_seen: Row  # (slots,) mark at which it was put there
    marked_slots: Row
    cell_seen: Table  # (teams, days)
    marked_cells: Table  # (teams * days, 3) team, day, version before
    kid_seen: Row
    marked_kids: Row
    # scratch
    row: Row  # (LONGEST + 2,) a trip with one more home
    prices: Row  # (days,)
    others: Row  # (days,)
    taken_by: Row  # (days,)
    stack: Row  # demands that wait
    team_seen: Row  # (teams,) round in which it was near
    round: Row  # (1,)
    whole: Row


@dataclass(frozen=True, eq=False)
class Weights(Record):
    """What things cost, in minutes of travel."""

    unserved: float
    partial: float
    change_team: float
    change_day: float
    fairness: float
    travel: float
    substitute: float
    idle_share: float
    idle_cost: float
    share: FloatRow  # (teams,) minutes that are a team's fair share


@dataclass(frozen=True, eq=False)
class Work(Record):
    """Everything that a move needs."""

    given: Given
    plan: Timetable
    was: Timetable  # former values of what changed since the last mark
    memo: Memory
    w: Weights  # those that the search counts with
    tuning: Tuning
    rng: Dice  # (2,) state of the random numbers
