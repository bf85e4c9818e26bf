"""Bring the database up to date, then run web processes and workers, all of which end together.

Called by script/server, after everything is installed. The application is imported once and the processes are forked
from there, with no connection open: that halves the time of a start.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# A web process that is told to stop while it still starts may not hear it; it is ended after so many seconds.
PATIENCE = 10


def flask(app, *command: str) -> None:
    """Run a command of the application as the shell would; end with its exit code when it fails."""
    import click
    from flask.cli import ScriptInfo

    try:
        app.cli.main(args=list(command), prog_name="flask", standalone_mode=False,
                     obj=ScriptInfo(create_app=lambda: app))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code:
            raise


def prepare(app, demo: bool, address: str) -> None:
    """Check fonts; migrate; fill an empty database in demo mode; print the accounts, or the first link."""
    # Links that are printed here lead to this server unless the settings name a public address.
    configured = app.config["PUBLIC_URL"]
    app.config["PUBLIC_URL"] = configured or address
    flask(app, "fonts", "check")
    flask(app, "db", "upgrade")
    empty = is_empty(app)
    if demo:
        if empty:
            print("Filling the empty database with an invented district …", flush=True)
            # In a process of its own, which takes the memory it needed with it.
            subprocess.run([sys.executable, "-m", "flask", "demo", "--scale", "district"], cwd=ROOT, check=True)
        flask(app, "demo", "accounts")
    elif empty:
        flask(app, "admin", "first-link")
    app.config["PUBLIC_URL"] = configured
    # Nothing of the database may be open when the processes part.
    app.extensions["yian.engine"].dispose()


def is_empty(app) -> bool:
    """Tell whether nobody has an account yet."""
    from sqlalchemy import select

    from app.accounts.models import User
    from app.db import db

    with app.app_context():
        return db.session.execute(select(User.id).limit(1)).first() is None


def serve_pages(host: str, port: int) -> None:
    """Run granian: processes with one thread each (with SQLite more threads are slower)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=int(os.environ["YIAN_WEB_WORKERS"]),
        blocking_threads=1, backlog=128, websockets=False, log_level=LogLevels.warning, respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    ).serve()


def work(app, compiles: bool) -> None:
    """Run a worker for background jobs, behind the pages in priority. The first one compiles the timetable engine
    before it takes a job (half a minute, once after an upgrade): beside a job it would be compiled twice."""
    os.nice(10)
    if compiles:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with subprocess.Popen([sys.executable, "-m", "flask", "timetables", "warm-up"], cwd=ROOT) as compiling:
            try:
                compiling.wait()
            finally:
                compiling.terminate()
    flask(app, "jobs", "work")


def fork(run: Callable[[], None]) -> int:
    """Run `run()` in a new process; return its id."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        run()
        code = 0
    except KeyboardInterrupt:
        code = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answers(address: str) -> bool:
    """Tell whether the server answers, past any proxy of the environment."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address + "/", timeout=5).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


def watch(processes: dict[int, str], address: str) -> int:
    """Say when the server answers; stop all processes when one ends or a signal asks for it. Return the exit code."""
    asked = False

    def ask(_signal, _frame) -> None:
        nonlocal asked
        asked = True

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, ask)
    ready, ended = False, 0
    while not asked and not ended:
        if not ready and answers(address):
            ready = True
            print(f"\nYian answers at {address} (stop it with Ctrl-C)", flush=True)
        ended, _status = os.waitpid(-1, os.WNOHANG)
        # Signals cut the pause short only for themselves; a fifth of a second is soon enough for the rest.
        time.sleep(0.05 if not ready else 0.2)
    if ended:
        print(f"The {processes.pop(ended, 'process')} has ended; stopping the rest too.", file=sys.stderr, flush=True)
    stop(processes)
    return 0 if asked else 1


def stop(processes: dict[int, str]) -> None:
    """Ask every process to end, wait, and end by force what does not."""
    for process in processes:
        os.kill(process, signal.SIGTERM)
    end = time.monotonic() + PATIENCE + 10
    left = set(processes)
    while left:
        for process in list(left):
            if os.waitpid(process, os.WNOHANG)[0]:
                left.discard(process)
            elif time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
        time.sleep(0.05)


def main() -> int:
    """Prepare, fork, watch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--address", required=True, help="where this machine reaches the server")
    options = parser.parse_args()

    from app.kernel.clock import seconds_of
    from wsgi import app

    # All processes keep one time, however late they start (again).
    os.environ["YIAN_CLOCK"] = seconds_of(app.config["CLOCK"])
    prepare(app, options.demo, options.address)
    processes = {fork(lambda: serve_pages(options.host, options.port)): "web server"}
    for number in range(int(os.environ["YIAN_WORKERS"])):
        processes[fork(lambda first=number == 0: work(app, first))] = "worker for background jobs"
    return watch(processes, options.address)


if __name__ == "__main__":
    sys.exit(main())
