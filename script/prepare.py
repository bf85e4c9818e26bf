"""Bring the database up to date before the server starts, and wait until it answers. Called by script/server only.

One process for all of it, so that a second start stays quick.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def prepare(demo: bool, address: str) -> None:
    """Check fonts; migrate; fill an empty database in demo mode; print the accounts, or the first link."""
    import click
    from flask.cli import ScriptInfo

    from wsgi import app

    def run(*command: str) -> None:
        """Run a command as the shell would; end with its exit code when it fails."""
        try:
            app.cli.main(args=list(command), prog_name="flask", standalone_mode=False,
                         obj=ScriptInfo(create_app=lambda: app))
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except SystemExit as end:
            if end.code:
                raise

    # Links that are printed here lead to this server unless the settings name a public address.
    app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"] or address
    run("fonts", "check")
    run("db", "upgrade")
    empty = is_empty(app)
    if demo:
        if empty:
            print("Filling the empty database with an invented district …", flush=True)
            run("demo", "--scale", "district")
        run("demo", "accounts")
    elif empty:
        run("admin", "first-link")


def is_empty(app) -> bool:
    """Tell whether nobody has an account yet."""
    from sqlalchemy import select

    from app.accounts.models import User
    from app.db import db

    with app.app_context():
        return db.session.execute(select(User.id).limit(1)).first() is None


def wait(address: str, pid: int, seconds: float = 60) -> bool:
    """Return True as soon as `address` answers, False when the process `pid` is gone or the time is over."""
    # Straight to the server, past any proxy of the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            opener.open(address + "/", timeout=5).close()
            return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            pass
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return False


def main() -> int:
    """Run the part that the options name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--address", default="")
    parser.add_argument("--wait", metavar="ADDRESS")
    parser.add_argument("--pid", type=int, default=0)
    options = parser.parse_args()
    if options.wait:
        return 0 if wait(options.wait, options.pid) else 1
    prepare(options.demo, options.address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
