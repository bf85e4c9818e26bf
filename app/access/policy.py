"""One table: which role holds which permission. Scope (which children, which schools) is the queries' matter."""

from __future__ import annotations

from app.access.actor import Actor, Role
from app.access.permissions import Permission as P
from app.kernel.problems import N_, Problem, Refused

_EVERYONE = frozenset({P.PUBLIC})
_STAFF = _EVERYONE | {P.SIGNED_IN}
_FILE = _STAFF | {P.CHILDREN_READ, P.PLANS_READ}
_DESK = _FILE | {
    P.ASSESSMENTS_WRITE,
    P.CHILDREN_REVEAL,
    P.CHILDREN_WRITE,
    P.COVERAGE_READ,
    P.FAMILY_INVITE,
    P.IMPORTS_RUN,
    P.PLANS_APPROVE,
    P.PLANS_WRITE,
    P.ROLL_WRITE,
    P.SCHOOLS_READ,
    P.TIMETABLES_READ,
}

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.ADMINISTRATOR: _STAFF | {P.ACCOUNTS_MANAGE, P.SETTINGS_WRITE, P.SCHOOLS_READ, P.STEPS_LEDGER},
    Role.AUDITOR: _STAFF | {P.AUDIT_READ, P.COVERAGE_READ, P.SCHOOLS_READ},
    Role.CITY_COORDINATOR: _DESK
    | {
        P.PLACEMENTS_DECIDE,
        P.ROLL_APPROVE,
        P.SCHOOLS_WRITE,
        P.SETTINGS_WRITE,
        P.STEPS_LEDGER,
        P.TIMETABLES_WRITE,
    },
    Role.DISTRICT_COORDINATOR: _DESK
    | {P.PLACEMENTS_DECIDE, P.ROLL_APPROVE, P.SCHOOLS_WRITE, P.SETTINGS_WRITE, P.TIMETABLES_WRITE},
    Role.SCHOOL_COORDINATOR: _DESK,
    Role.VISITING_TEACHER: _FILE
    | {P.PLANS_WRITE, P.TIMETABLES_READ, P.VISITS_RECORD, P.SCHOOLS_READ, P.CHILDREN_REVEAL},
    Role.EXPERT: _FILE | {P.ASSESSMENTS_WRITE},
    Role.GUARDIAN: _STAFF | {P.FAMILY_READ},
}


def permissions_of(actor: Actor) -> frozenset[P]:
    """All permissions of the actor; the system (commands, jobs) holds every one."""
    if actor.system:
        return frozenset(P)
    if not actor.signed_in:
        return _EVERYONE
    held = _STAFF
    for role in actor.roles:
        held |= PERMISSIONS[role]
    return held


class Forbidden(Refused):
    """The actor lacks the permission an action asks for."""


def require(actor: Actor, permission: P) -> None:
    """Actions ask again what pages asked: jobs and imports call them too. Raises Forbidden."""
    if not actor.may(permission):
        raise Forbidden(Problem("forbidden", N_("Your account may not do this. Ask your administrator for the role.")))
