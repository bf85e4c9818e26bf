"""Tables of accounts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access.actor import Role
from app.accounts.types import LinkPurpose
from app.db import Base, SealedField, choice
from app.db.types import Json


class User(Base):
    """A person with an account. `session_epoch` rises to end every session at once."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    guardian_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guardians.id"))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    phone = SealedField()
    roles: Mapped[list[RoleGrant]] = relationship(back_populates="user", lazy="select", order_by="RoleGrant.id")

    def __init__(self, **values: Any) -> None:
        values.setdefault("active", True)
        values.setdefault("must_change_password", False)
        super().__init__(**values)


class RoleGrant(Base):
    """A role of a user in a scope, from a day up to (not including) a day."""

    __tablename__ = "role_grants"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="roles")


class SignIn(Base):
    """One session. Only the hash of its token is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(300))


class Attempt(Base):
    """One failed guess at a secret: the throttle counts them. `key` is a keyed hash, never the typed name."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class OneUseLink(Base):
    """A secret address for a named person, ended by `used_at` or `revoked_at` (a calendar feed is read many times)."""

    __tablename__ = "one_use_links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    guardian_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guardians.id"), index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SavedFilter(Base):
    """A user's named set of list filters."""

    __tablename__ = "saved_filters"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    page: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict] = mapped_column(Json)


Index(
    "uq_role_grants_open",
    RoleGrant.user_id,
    RoleGrant.role,
    RoleGrant.unit_id,
    RoleGrant.school_id,
    unique=True,
    sqlite_where=text("valid_to IS NULL"),
    postgresql_where=text("valid_to IS NULL"),
)
