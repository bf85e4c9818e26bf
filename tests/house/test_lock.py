"""Nobody waits for slow work of somebody else: no hash, no typesetting, no reading of files or of other servers in a
page while it holds the write lock. All of it asks `db.must_be_free`, which is an error in every test of every page."""

from __future__ import annotations

import pytest

from app.accounts import passwords
from app.accounts.models import Attempt
from app.db import db
from app.imports.reader import read_rows
from app.kernel import clock
from app.printing.documents import _typeset
from app.printing.packets import packet_of
from app.roads.services import _told
from app.web.requests import _body_hash

SLOW = {
    "hash": lambda: passwords.make_hash("kettle orange bridge"),
    "comparison": lambda: passwords.verify(None, "kettle orange bridge"),
    "first password": passwords.fresh,
    "paper": lambda: _typeset("<p>x", False, ("", "")),
    "packet": lambda: packet_of([b"%PDF"], "x"),
    "sheet": lambda: list(read_rows(b"x")),
    "road server": lambda: _told(None, "", None, 1),
    "hash of what was sent": _body_hash,
}


@pytest.mark.parametrize("taken_by", ["its start", "a flush"])
@pytest.mark.parametrize("work", SLOW)
def test_slow_work_under_the_write_lock_is_an_error(app, work, taken_by):
    with app.test_request_context(method="POST"):
        if taken_by == "its start":
            db.write()
        else:
            db.session.add(Attempt(key="x", at=clock.now()))
            db.session.flush()
        with pytest.raises(AssertionError, match="under the write lock"):
            SLOW[work]()
