"""Two single teachers meet at a home while everybody else's day stays as it is."""

import itertools
import random
from dataclasses import replace

import pytest

from app.routing import NO_WAY, HalfDay, Plan, Visit, check
from benchmarks.solvers.synchronised import demands_for_pairs, pair_visits
from tests.routing.samples import AFTERNOON, MONDAY, MORNING, always, child, problem, road, team, with_afternoon

PLAIN_DAYS = 12
ROUTES = {
    "too_late",
    "outside_shift",
    "over_cap",
    "too_many_visits",
    "too_much_travel",
    "outside_window",
    "closed_day",
    "teacher_twice",
}


def two_schools(**changes):
    """Schools at 0 and 40 of the road, the child of two between them, another child beyond the second school."""
    teams = [
        team("west", school="0", skills=frozenset({"ID"})),
        team("east", school="1", skills=frozenset({"DEAF"})),
        team("pair", school="0", teachers=("u", "v"), skills=frozenset({"ID"})),
    ]
    children = [
        child("two", place="2", needs=frozenset({"ID", "DEAF"}), team_size=2, **changes),
        child("one", place="3", needs=frozenset({"DEAF"})),
    ]
    return problem(teams, children, road(0, 40, 30, 60))


def visit(demand, team, start, minutes=60):
    return Visit(demand, demand, MONDAY, team, start, start + minutes)


def broken(told, visits, meetings):
    """What the checker of timetables says to the day, each meeting told as a visit of each of its two."""
    kids = {c.id: c for c in told.children}
    singles, all_visits = list(told.children), list(visits)
    for meeting, name in ((m, t) for m in meetings for t in m.teams):
        id = f"{meeting.demand} {name}"
        singles.append(replace(kids[meeting.demand], id=id, child=id, needs=frozenset(), team_size=1))
        all_visits.append(Visit(id, id, meeting.date, name, meeting.start, meeting.end))
    findings = check(replace(told, children=tuple(singles)), Plan(visits=tuple(all_visits)))
    return [str(f) for f in findings if f.code in ROUTES]


def test_two_from_two_schools_meet_as_early_as_both_can():
    told = two_schools()
    assert demands_for_pairs(told) == ("two",)
    (meeting,) = pair_visits(told, MONDAY).meetings
    assert (meeting.teams, meeting.start, meeting.end) == (("east", "west"), 510, 570)
    assert meeting.added == 2 * 30 + 2 * 10
    assert broken(told, [], [meeting]) == []


def test_a_team_of_two_who_can_is_no_matter_for_pairs():
    told = two_schools()
    able = replace(told.teams[2], skills=frozenset({"ID", "DEAF"}))
    assert demands_for_pairs(replace(told, teams=(*told.teams[:2], able))) == ()


def test_visits_that_stand_are_not_moved():
    told = two_schools()
    stands = [visit("one", "east", 530)]
    (meeting,) = pair_visits(told, MONDAY, stands).meetings
    assert meeting.start == 620  # when east has done with the other child
    assert broken(told, stands, [meeting]) == []
    stands = [visit("one", "east", 600)]
    (meeting,) = pair_visits(told, MONDAY, stands).meetings
    assert (meeting.start, meeting.added) == (510, 60 + 20)


def test_a_teacher_who_is_out_with_another_team_is_not_torn_apart():
    told = two_schools()
    told = replace(told, teams=(*told.teams[:2], replace(told.teams[2], teachers=("west", "v"))))
    stands = [visit("one", "pair", 540)]
    assert pair_visits(told, MONDAY, stands).meetings == ()
    told = replace(told, teams=(*told.teams[:2], replace(told.teams[2], teachers=("u", "v"))))
    assert len(pair_visits(told, MONDAY, stands).meetings) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"windows": {}}, "NO_COMMON_TIME"),
        ({"windows": always(HalfDay(480, 540))}, "NO_COMMON_TIME"),
        ({"forbidden_teams": frozenset({"east"})}, "NO_PAIR"),
    ],
)
def test_who_gets_no_meeting_is_told_why(changes, code):
    pairing = pair_visits(two_schools(**changes), MONDAY)
    assert pairing.meetings == ()
    assert pairing.unmet["two"].code == code
    assert "two" in str(pairing.unmet["two"])


def test_a_child_is_visited_once_a_day():
    pairing = pair_visits(two_schools(), MONDAY, [visit("two", "pair", 900)])
    assert pairing.unmet["two"].code == "SAME_DAY"


def test_each_of_the_two_can_be_asked_to_have_all_the_needs():
    told = two_schools()
    assert pair_visits(told, MONDAY, both=True).unmet["two"].code == "NO_PAIR"
    both = [replace(t, skills=frozenset({"ID", "DEAF"})) for t in told.teams[:2]]
    assert len(pair_visits(replace(told, teams=tuple(both)), MONDAY, both=True).meetings) == 1


def test_an_unknown_date_or_demand_is_an_error():
    told = two_schools()
    with pytest.raises(LookupError):
        pair_visits(told, MONDAY.replace(year=2030))
    with pytest.raises(LookupError):
        pair_visits(told, MONDAY, demands=["three"])


def test_two_teachers_meet_with_the_minutes_of_their_halves():
    crews = [team(name, shifts=always(HalfDay(780, 1050))) for name in "ab"]
    kid = child(team_size=2, needs=frozenset(), windows=always(AFTERNOON))
    told = problem(crews, [kid], replace(road(0, 10), afternoon=road(0, 50).minutes))
    (meeting,) = pair_visits(told, MONDAY).meetings
    assert (meeting.start, meeting.added) == (830, 200)
    shut = replace(told.travel, afternoon=road(0, NO_WAY).minutes)
    assert pair_visits(replace(told, travel=shut), MONDAY).meetings == ()


def random_day(seed):
    """Four single teachers of two schools, two children of two, visits that stand; numbers are multiples of five. From
    `PLAIN_DAYS` on the teachers go out twice a day, with other minutes in the afternoon."""
    draw = random.Random(seed)
    places = [0, 5 * draw.randint(4, 12), *(5 * draw.randint(0, 14) for _ in range(5))]
    teams = [
        team(
            f"T{i}",
            school=str(i % 2),
            skills=frozenset(draw.choice([["ID"], ["DEAF"], ["ID", "DEAF"]])),
            shifts=always(draw.choice([HalfDay(480, 750), HalfDay(480, 1050)])),
            cap_day=draw.choice([200, 300, 480]),
        )
        for i in range(4)
    ]
    children = [
        child(
            f"two{i}",
            place=str(2 + i),
            needs=frozenset({"ID", "DEAF"}),
            team_size=2,
            minutes=draw.choice([60, 90]),
            windows=always(*draw.choice([(MORNING,), (AFTERNOON,), (MORNING, AFTERNOON)])),
        )
        for i in range(2)
    ] + [child(f"one{i}", place=str(4 + i), needs=frozenset(), windows=always(HalfDay(480, 1050))) for i in range(3)]
    told, latest = problem(teams, children, road(*places)), 140
    if seed >= PLAIN_DAYS:
        both = always(HalfDay(480, 750), HalfDay(780, 1050))
        told = with_afternoon(replace(told, teams=tuple(replace(t, shifts=both) for t in teams)), seed)
        latest = 190
    stands = [visit(f"one{i}", f"T{i}", 5 * draw.randint(110, latest)) for i in range(3)]
    return told, [v for v in stands if not broken(told, [v], [])]


@pytest.mark.parametrize("seed", range(PLAIN_DAYS + 8))
def test_no_meeting_of_one_child_is_missed_and_none_breaks_a_rule(seed):
    told, stands = random_day(seed)
    pairing = pair_visits(told, MONDAY, stands)
    assert broken(told, stands, pairing.meetings) == []
    first = told.children[0]
    alone = pair_visits(told, MONDAY, stands, [first.id]).meetings
    possible = list(every_meeting(told, stands, first))
    assert bool(alone) == bool(possible)
    assert [(m.teams, m.start) in possible for m in alone] == [True] * len(alone)
    assert len(pairing.meetings) >= len(alone)


def every_meeting(told, stands, kid):
    """All (teams, start) at which the checker finds nothing, every five minutes."""
    for one, other in itertools.combinations(told.teams, 2):
        if kid.needs <= one.skills | other.skills:
            proposed = pair_visits(two_schools(), MONDAY).meetings[0]
            for start in range(480, 1050, 5):
                meeting = replace(
                    proposed, demand=kid.id, teams=(one.id, other.id), start=start, end=start + kid.minutes
                )
                if not broken(told, stands, [meeting]):
                    yield meeting.teams, start
