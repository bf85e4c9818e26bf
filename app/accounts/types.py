"""Names of the roles as people read them, and what one-use links are for."""

from enum import StrEnum

from app.access.actor import Role
from app.kernel.labels import describe
from app.kernel.problems import N_

describe(
    Role,
    administrator=N_("System administrator"),
    auditor=N_("Auditor"),
    city_coordinator=N_("City coordinator"),
    district_coordinator=N_("District coordinator"),
    expert=N_("Expert"),
    guardian=N_("Guardian"),
    school_coordinator=N_("School coordinator"),
    visiting_teacher=N_("Visiting teacher"),
)

STAFF_ROLES = tuple(role for role in Role if role != Role.GUARDIAN)
"""Roles that an administrator gives; guardians come by invitation only."""


class LinkPurpose(StrEnum):
    FIRST_ADMINISTRATOR = "first_administrator"
    GUARDIAN_INVITATION = "guardian_invitation"
    CALENDAR_FEED = "calendar_feed"
