"""The database floor: base classes, types, the session, guards, sealed columns, the audit trail.

`db.session` is one SQLAlchemy session per application context. Nothing commits but the web floor after a page, a job
after its work, and a command at its end.
"""

from app.db import bounds  # noqa: F401  watches every table that is declared from here on
from app.db.base import Base, Rows, db
from app.db.sealed import SealedField, vault
from app.db.types import Day, UtcTime, choice

__all__ = ["Base", "Day", "Rows", "SealedField", "UtcTime", "choice", "db", "vault"]
