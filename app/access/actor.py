"""The actor: who acts in this request, job or command, with the roles held today. Plain values, no ORM."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.access.permissions import Permission


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CITY_COORDINATOR = "city_coordinator"
    DISTRICT_COORDINATOR = "district_coordinator"
    EXPERT = "expert"
    GUARDIAN = "guardian"
    SCHOOL_COORDINATOR = "school_coordinator"
    VISITING_TEACHER = "visiting_teacher"


@dataclass(frozen=True)
class Grant:
    """One role; `unit_id` bounds a district role, `school_id` a school role; both None means the whole municipality
    for a city role and one's own children for teacher, expert and guardian."""

    role: Role
    unit_id: uuid.UUID | None = None
    school_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Actor:
    user_id: uuid.UUID | None
    name: str
    grants: tuple[Grant, ...] = ()
    teacher_id: uuid.UUID | None = None
    guardian_id: uuid.UUID | None = None
    language: str = "zh_Hans"
    system: bool = field(default=False)

    def __hash__(self) -> int:
        return hash(self.user_id)  # a key of what is kept: the grants tell two of one user apart

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        from app.access.policy import permissions_of

        return permissions_of(self)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def municipal(self) -> bool:
        """Sees children of the whole municipality."""
        return self.system or Role.CITY_COORDINATOR in self.roles

    @cached_property
    def unit_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(g.unit_id for g in self.grants if g.role == Role.DISTRICT_COORDINATOR and g.unit_id)

    @cached_property
    def school_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(g.school_id for g in self.grants if g.role == Role.SCHOOL_COORDINATOR and g.school_id)

    @cached_property
    def holder_ids(self) -> frozenset[uuid.UUID]:
        """Ids under which a child can be in sight: schools, the teacher, the expert's user, the guardian."""
        own: set[uuid.UUID] = set(self.school_ids)
        if Role.VISITING_TEACHER in self.roles and self.teacher_id:
            own.add(self.teacher_id)
        if Role.EXPERT in self.roles and self.user_id:
            own.add(self.user_id)
        if Role.GUARDIAN in self.roles and self.guardian_id:
            own.add(self.guardian_id)
        return frozenset(own)


SYSTEM = Actor(None, "system", system=True)


def nobody(language: str = "zh_Hans") -> Actor:
    """The actor of a request without a session."""
    return Actor(None, "", language=language)
