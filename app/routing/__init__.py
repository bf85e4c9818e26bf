"""The timetable engine of home visits: problem, solve, check, explain, repair, diff.

Words. A *team* (one or two teachers of one school) drives from its school to homes and back within a *shift*: one such
round is a *trip*. A *demand* (class `Child`) is one home-delivered service of a child: so many visits of so many
minutes in so many weeks. A *template* is the repeating plan of one, two or four weeks; *rolling it out* puts it on the
real dates of the horizon.

Rules a plan keeps: the whole visit lies inside the family's times; the team has all the needs and enough adults; it
leaves its school and is back inside one shift, with at most `cap_day` minutes out a day; a child sees the same team
every time; two visits of one demand are at least `min_gap` days apart, also over the wrap-around of the template; no
teacher is in two places; a team that is out over noon has its break, where there is that rule. Where
travel differs by half of the day, a trip takes all its legs from the half in which its shift starts.

Knows no web framework, no database and no other part of the product except the kernel's way to say no. Minutes are
whole minutes (of the day, where a clock is meant); ids are strings; dates are real dates.
"""

from app.routing.bound import Bound, bound, bound_report, bound_words, gap
from app.routing.change import Change, check_change, diff, move
from app.routing.check import check
from app.routing.events import (
    ChildAdded,
    ChildLost,
    DayClosed,
    Event,
    FamilyCancels,
    LegClosed,
    PlaceClosed,
    TeacherAway,
)
from app.routing.explain import explain
from app.routing.place import insert_demand
from app.routing.problem import (
    NO_WAY,
    Break,
    Child,
    ClosedLeg,
    Day,
    HalfDay,
    Lock,
    Plan,
    Problem,
    Progress,
    Quota,
    Score,
    Team,
    TemplateVisit,
    Travel,
    Visit,
    Weights,
    asked_by_period,
    asked_visits,
)
from app.routing.remedies import apply_remedy
from app.routing.repair import Call, Repair, Variant, repair
from app.routing.solve import solve
from app.routing.telling import Explanation, Reason, Relaxation, Remedy, Shortage, Unserved, say, say_stored, stored
from app.routing.validate import validate

__all__ = [
    "NO_WAY",
    "Bound",
    "Break",
    "Call",
    "Change",
    "Child",
    "ChildAdded",
    "ChildLost",
    "ClosedLeg",
    "Day",
    "DayClosed",
    "Event",
    "Explanation",
    "FamilyCancels",
    "HalfDay",
    "LegClosed",
    "Lock",
    "PlaceClosed",
    "Plan",
    "Problem",
    "Quota",
    "Progress",
    "Reason",
    "Relaxation",
    "Remedy",
    "Repair",
    "Score",
    "Shortage",
    "TeacherAway",
    "Team",
    "TemplateVisit",
    "Travel",
    "Unserved",
    "Variant",
    "Visit",
    "Weights",
    "apply_remedy",
    "asked_by_period",
    "asked_visits",
    "bound",
    "bound_report",
    "bound_words",
    "check",
    "check_change",
    "diff",
    "explain",
    "gap",
    "insert_demand",
    "move",
    "repair",
    "say",
    "say_stored",
    "solve",
    "stored",
    "validate",
]
