"""File numbers for life."""

from __future__ import annotations

import pytest

from app.children.actions import give_file_numbers
from app.db import db


@pytest.mark.both_databases
def test_numbers_count_up_in_their_year(app_context):
    db.write()
    assert give_file_numbers(2026) == ["YA26000001"]
    assert give_file_numbers(2026, 2) == ["YA26000002", "YA26000003"]
    assert give_file_numbers(2027) == ["YA27000001"]
    db.session.commit()
