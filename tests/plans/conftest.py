"""What the tests of plans begin with."""

from __future__ import annotations

import pytest

from app.db import db
from app.web.filters import today as local_today
from tests.factories import plans as make


@pytest.fixture
def today():
    return local_today()


@pytest.fixture
def desk(session):
    db.write()
    return make.make_desk()


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]
