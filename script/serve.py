"""Bring the database up to date, then run web processes and workers: each is kept running, all end together.

Called by script/server, after everything is installed. The application is imported once and the processes are forked
from there, with no connection open: that halves the time of a start.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from script.supervisor import Kept, Supervisor, end_with  # noqa: E402  found from here on

PATIENCE = 10  # seconds in which a process for pages may end its work when it is told to stop
CONNECTIONS = 4096  # that are held open at once, most of them idle; each is a few KB until its request is whole
HEADERS_IN = 10  # seconds in which the headers of a request have to arrive


def flask(app, *command: str) -> None:
    """Run a command of the application as the shell would; end with its exit code when it fails."""
    import click
    from flask.cli import ScriptInfo

    try:
        app.cli.main(
            args=list(command), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app)
        )
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
    look_at_trail(app)
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
    open_queue(app)
    if app.extensions["yian.room"]:
        app.extensions["yian.room"].keep()
    # Nothing of the database may be open when the processes part.
    app.extensions["yian.engine"].dispose()


def open_queue(app) -> None:
    """Make the file of the queue now, while there is room; it is closed again before the processes part."""
    from app.jobs.queue import make_huey
    from app.kernel.clean_log import kind_of

    try:
        make_huey(app).storage.close()
    except Exception as error:
        print(f"The queue cannot be opened ({kind_of(error)}); jobs are found in their rows.", file=sys.stderr)
    app.extensions.pop("yian.huey", None)


def look_at_trail(app) -> None:
    """Say loudly when the audit trail has lost its end; the pages are served all the same."""
    try:
        flask(app, "audit", "head")
    except SystemExit as ended:
        if ended.code == 3:  # no heads yet, or not all can be read: it was said
            return
        print("The pages are served all the same; find out before anything else what happened.", file=sys.stderr)


def is_empty(app) -> bool:
    """Tell whether nobody has an account yet."""
    from sqlalchemy import select

    from app.accounts.models import User
    from app.db import db

    with app.app_context():
        return db.session.execute(select(User.id).limit(1)).first() is None


def serve_pages(host: str, port: int) -> None:
    """Run granian: processes with one thread each (with SQLite more threads are slower), a reader before each."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from wsgi import front

    workers, master = int(os.environ["YIAN_WEB_WORKERS"]), os.getpid()

    def load():
        end_with(master)
        return front

    allow_connections(CONNECTIONS)
    Granian(
        "wsgi:front",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        workers=workers,
        backlog=1024,
        backpressure=max(1, CONNECTIONS // workers),
        websockets=False,
        log_level=LogLevels.warning,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_IN * 1000),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=PATIENCE,
    ).serve(target_loader=load, wrap_loader=False)


def allow_connections(count: int) -> None:
    """Each connection is an open file: take as many as the system gives."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 512
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def work(app, compiles: bool) -> None:
    """Run a worker for background jobs, behind the pages in priority. The first one compiles the timetable engine
    before it takes a job (half a minute, once after an upgrade): beside a job it would be compiled twice."""
    os.nice(10)
    if compiles:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        own = os.getpid()
        with subprocess.Popen(
            [sys.executable, "-m", "flask", "timetables", "warm-up"], cwd=ROOT, preexec_fn=lambda: end_with(own)
        ) as compiling:
            try:
                compiling.wait()
            finally:
                compiling.terminate()
    flask(app, "jobs", "work")


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


def main() -> int:
    """Prepare, fork, watch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--address", required=True, help="where this machine reaches the server")
    options = parser.parse_args()

    try:
        app = made(options)
    except Exception as error:
        from app.db.faults import is_full

        if not is_full(error):
            raise
        print(
            "There is no room on the disk of the instance folder (YIAN_INSTANCE), nor a database there that can be "
            "read without: free at least 50 MB and start again.",
            file=sys.stderr,
        )
        return 1
    return keep(app, options)


def made(options):
    """The application, everything prepared."""
    from app.kernel.clock import seconds_of
    from wsgi import app

    # All processes keep one time, however late they start (again).
    os.environ["YIAN_CLOCK"] = seconds_of(app.config["CLOCK"])
    prepare(app, options.demo, options.address)
    return app


def keep(app, options) -> int:
    """Start the processes and keep them running until a signal asks to stop."""
    from app.web.processes import SUPERVISOR

    os.environ[SUPERVISOR] = str(os.getpid())
    kept = [Kept("web", "web server", lambda: serve_pages(options.host, options.port))]
    for number in range(int(os.environ["YIAN_WORKERS"])):
        kept.append(
            Kept("worker", f"worker {number + 1} for background jobs", lambda first=number == 0: work(app, first))
        )
    supervisor = Supervisor(app.config["INSTANCE"], kept)
    supervisor.start()
    return supervisor.watch(
        lambda: answers(options.address), f"\nYian answers at {options.address} (stop it with Ctrl-C)"
    )


if __name__ == "__main__":
    sys.exit(main())
