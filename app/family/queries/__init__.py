"""Reading for the family and about it."""

from app.family.queries import answers, members, minutes, openings, own, versions

__all__ = ["answers", "members", "minutes", "openings", "own", "versions"]
