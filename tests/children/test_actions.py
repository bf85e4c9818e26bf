"""File numbers for life."""

from __future__ import annotations

import pytest

from app.children.actions import FileNumbers, give_file_numbers
from app.db import db


@pytest.mark.both_databases
def test_numbers_count_up_in_their_year(app_context):
    db.write()
    assert give_file_numbers(2026) == ["YA26000001"]
    assert give_file_numbers(2026, 2) == ["YA26000002", "YA26000003"]
    assert give_file_numbers(2027) == ["YA27000001"]
    db.session.commit()


@pytest.mark.both_databases
def test_numbers_taken_at_once_that_nobody_needed_go_back(app_context):
    db.write()
    numbers = FileNumbers(2026)
    with numbers.at_once(5):
        assert numbers.take(2) == ["YA26000001", "YA26000002"]
        assert numbers.take(1) == ["YA26000003"]
    assert give_file_numbers(2026) == ["YA26000004"]
    with numbers.at_once(1):
        assert numbers.take(3) == ["YA26000005", "YA26000006", "YA26000007"]
    assert numbers.take(1) == ["YA26000008"]
    db.session.commit()
