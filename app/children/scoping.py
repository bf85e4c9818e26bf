"""The mark of a query's scope: which of its conditions says whose children it may read.

Nothing of the product looks at it. The tests of the house do, and refuse a query about children that has neither a
scope nor the key of the one child that is asked for (tests/support/oversight.py).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement

SCOPE = "yian_scope"


def scoped(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition, marked."""
    return condition._annotate({SCOPE: True})
