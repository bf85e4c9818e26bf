"""A town with schools and children on the roll, and the codes of a refusal."""

from __future__ import annotations

import pytest

from tests.factories import roll as make


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def town(session):
    return make.make_town()
