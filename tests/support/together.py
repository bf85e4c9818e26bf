"""Deeds of several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from app.db import db
from app.kernel.problems import Refused


def together(app, *deeds: Callable[[], object]) -> list[str]:
    """Each deed in a thread and a transaction of its own, all begun at the same moment; how they ended, in order of
    the words: done, or refused by a rule or by the database."""
    ready, ends = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait(timeout=20)
            db.write()
            try:
                deed()
                db.session.commit()
                ends.append("done")
            except (Refused, DBAPIError):
                db.session.rollback()
                ends.append("refused")

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    return sorted(ends)
