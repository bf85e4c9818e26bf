"""The language of imports."""

from enum import StrEnum


class ImportKind(StrEnum):
    SCHOOLS = "schools"
    CHILDREN = "children"


class ImportState(StrEnum):
    READING = "reading"
    PREVIEW = "preview"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
