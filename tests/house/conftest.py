"""Every page that the tests of all pages ask for is watched: see tests/support/oversight.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import oversight

WALKS = {"test_access", "test_clean_logs", "test_every_form", "test_former", "test_oversight", "test_trail"}
"""The tests that ask for every page or send every form."""


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """No page reaches for children at large, or changes one without telling the trail."""
    if request.module.__name__.rpartition(".")[2] not in WALKS:
        yield
        return
    with oversight.watched() as found:
        yield
    assert not found, "\n".join(found)
