"""What several journeys begin with."""

from __future__ import annotations

import pytest

from app.db import db
from tests.factories import visits as make


@pytest.fixture
def district(app):
    """A committed district with three children."""
    with app.app_context():
        db.write()
        made = make.make_district(("冉䶮一", "田小满", "谭雨欣"))
        db.session.commit()
        db.session.expunge_all()
    return made
