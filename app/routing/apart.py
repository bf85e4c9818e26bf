"""The engine's compiled code in a process of its own.

Machine code that goes wrong ends its process at once, without an exception: a worker would be gone, with the run that
asked, and its best plan so far. So the worker lets a child search. The child tells how far it is and hands over the
best repeating plan whenever it is better; when it ends before it is done, that one is taken. What is made of it
afterwards (dates, room, reasons, checking) is plain Python and the caller's. The child ends with its parent.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.routing.problem import Problem, Progress

if TYPE_CHECKING:  # the compiler is loaded in the child only
    from app.routing.bound.figures import Bound
    from app.routing.kernel.template import Found

Options = dict[str, Any]  # what `find_template` or `bound` take by name
ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.2  # seconds between two looks whether to stop
log = logging.getLogger(__name__)


class Ended(RuntimeError):
    """The child was gone before it had anything to hand over."""


def search(
    problem: Problem,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    **options: Any,
) -> Found:
    """`kernel.template.find_template` in a child: return its `Found`. One that ended early has the best repeating plan
    so far and "search" among its failures. Raises `Ended` where there was none yet."""
    best: list[Found] = []
    found: Found | None = _ask("search", problem, options, on_progress, cancelled, best)
    if found is None and not best:
        raise Ended("the search ended before it had a plan")
    return found or best[-1]


def prove(problem: Problem, *, cancelled: Callable[[], bool] | None = None, **options: Any) -> Bound:
    """`bound` in a child. Raises `Ended` where it was gone before it was done."""
    found: Bound | None = _ask("prove", problem, options, None, cancelled, [])
    if found is None:
        raise Ended("the proof of the bound ended before it was done")
    return found


def _ask(
    what: str,
    problem: Problem,
    options: Options,
    on_progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool] | None,
    best: list[Found],
) -> Any:
    """Let a child work; return what it found (a pipe hands over anything), None where it ended before. `best` gets the
    plans on the way."""
    mine, theirs = Pipe()
    code = f"from app.routing.apart import main; main({theirs.fileno()})"
    child = subprocess.Popen(  # noqa: S603 - nothing in the command comes from outside
        [sys.executable, "-X", "faulthandler", "-c", code], cwd=ROOT,
        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    try:
        mine.send((what, problem, options))
        found = _listen(mine, on_progress, cancelled, best)
        if found is None:
            log.error("the process of the engine (%s) ended with %s before it was done", what, child.wait(timeout=10))
        return found
    except OSError:  # it was gone before it had the problem
        log.exception("the process of the engine (%s) could not be asked", what)
        return None
    finally:
        mine.close()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _listen(
    mine: Connection,
    on_progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool] | None,
    best: list[Found],
) -> Any:
    asked = False
    while True:
        if not asked and cancelled is not None and cancelled():
            asked = True
            try:
                mine.send("stop")
            except OSError:
                return None
        if not mine.poll(LOOK):
            continue
        try:
            kind, value = mine.recv()
        except (EOFError, OSError):
            return None
        if kind == "found":
            return value
        if kind == "raised":
            if not best:
                raise value
            return None  # logged by the child; what it had is not lost
        if kind == "best":
            best.append(value)
        elif on_progress is not None:
            on_progress(value)


# --- the child ----------------------------------------------------------------------------------------------------


def _search(problem: Problem, options: Options, pipe: Connection, cancelled: Callable[[], bool]) -> Found:
    from app.routing.grid import Grid, template_days
    from app.routing.kernel.template import find_template

    def best(found: Found) -> None:
        pipe.send(("best", found))

    grid = Grid(problem, template_days(problem))
    return find_template(
        problem,
        grid,
        cancelled=cancelled,
        on_best=best,
        on_progress=lambda told: pipe.send(("progress", told)),
        **options,
    )


def _prove(problem: Problem, options: Options, pipe: Connection, cancelled: Callable[[], bool]) -> Bound:
    from app.routing.bound.run import bound

    return bound(problem, cancelled=cancelled, **options)


def main(number: int) -> None:
    """Do once what the parent asks for. `number`: the child's end of the pipe."""
    pipe, stop = Connection(number), threading.Event()
    what, problem, options = pipe.recv()

    def listen() -> None:
        try:
            while True:
                pipe.recv()
                stop.set()
        except (EOFError, OSError):
            os._exit(1)  # the parent is gone, or has what it wants

    threading.Thread(target=listen, daemon=True).start()
    try:
        found = {"search": _search, "prove": _prove}[what](problem, options, pipe, stop.is_set)
    except Exception as error:
        log.exception("the engine's process failed")
        pipe.send(("raised", RuntimeError(f"{type(error).__name__}: {error}")))
    else:
        pipe.send(("found", found))
