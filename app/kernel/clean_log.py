"""What the log says of an error: its kind, the places in the code and a short number, never its own words.

The message of an exception may hold a child's name, and so may those of its causes, the detail that PostgreSQL adds and
the text of a warning: whoever reads the log may see no child. The words are dropped where a record is made, before any
handler sees it, so it holds for libraries too. `number_of` is the same for every error of the same kind at the same
place: the page that failed shows it, and it finds the lines in the log.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = str(Path(__file__).resolve().parents[2]) + "/"
MOST_FRAMES = 40
_OURS = "clean"


def install() -> None:
    """Keep the words of errors out of every log record, and of warnings out of what is printed. Twice does nothing."""
    made = logging.getLogRecordFactory()
    if not getattr(made, _OURS, False):

        def make(*args: Any, **values: Any) -> logging.LogRecord:  # what logging hands over is its own affair
            return _cleaned(made(*args, **values))

        setattr(make, _OURS, True)
        logging.setLogRecordFactory(make)
    warnings.formatwarning = _warning


def install_hooks() -> None:
    """The same for what ends a process or a thread of ours; not while somebody develops or tests."""
    sys.excepthook = _print_end
    threading.excepthook = lambda ended: _print_end(ended.exc_type, ended.exc_value, ended.exc_traceback)
    sys.unraisablehook = lambda ended: _print_end(ended.exc_type, ended.exc_value, ended.exc_traceback)


def kind_of(error: BaseException) -> str:
    """The kind of an error and what its code says, without its words: "OSError 28", "UniqueViolation 23505". An error
    of ours whose class has `tells_no_child` keeps them."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    inner = getattr(error, "orig", None)
    code = next(
        (
            code
            for code in (
                getattr(error, "errno", None),
                getattr(error, "sqlite_errorname", None),
                getattr(error, "sqlstate", None),
            )
            if isinstance(code, (int, str)) and code
        ),
        "",
    )
    cause = f" ({kind_of(inner)})" if isinstance(inner, BaseException) and inner is not error else ""
    words = f": {error}" if getattr(kind, "tells_no_child", False) else ""
    return f"{name}{f' {code}' if code else ''}{cause}{words}"


def number_of(error: BaseException) -> str:
    """A short number by which the lines about an error are found: the same kind at the same place has the same one."""
    return sha256("\n".join(_lines(error)).encode()).hexdigest()[:8]


def places_of(error: BaseException) -> str:
    """The error and its causes as text: kinds and places, the newest last, with its number."""
    return "\n".join([*_lines(error), f"error {number_of(error)}"])


def _lines(error: BaseException) -> list[str]:
    found: list[str] = []
    for one, because in reversed(list(_chain(error))):
        found += [*_frames(one.__traceback__), kind_of(one), *([because] if because else [])]
    return found


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """The error and what led to it, each with the words that lead from it to the next one; a group with its members."""
    seen: set[int] = set()
    waiting: list[tuple[BaseException, str]] = [(error, "")]
    while waiting:
        one, because = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one, because
        if one.__cause__ is not None:
            waiting.append((one.__cause__, "which caused:"))
        elif one.__context__ is not None and not one.__suppress_context__:
            waiting.append((one.__context__, "while it was handled:"))
        if isinstance(one, BaseExceptionGroup):
            waiting += [(member, "one of several:") for member in one.exceptions]


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace, limit=-MOST_FRAMES) if trace is not None else []
    return [f"  {frame.filename.removeprefix(ROOT)}:{frame.lineno} in {frame.name}" for frame in frames]


def _cleaned(record: logging.LogRecord) -> logging.LogRecord:
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is not None:
        record.exc_info, record.exc_text = None, places_of(error)
    if isinstance(record.msg, BaseException):
        record.msg, record.args = kind_of(record.msg), ()
    elif isinstance(record.args, tuple):
        record.args = tuple(_word(one) for one in record.args)
    elif isinstance(record.args, dict):
        record.args = {name: _word(one) for name, one in record.args.items()}
    return record


def _word(value: object) -> object:
    return kind_of(value) if isinstance(value, BaseException) else value


def _warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """A warning as it is printed: its kind and place."""
    return f"{filename.removeprefix(ROOT)}:{lineno}: {category.__name__}\n"


def _print_end(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None:  # a thread or a finaliser may tell the kind alone
        print(kind.__qualname__, file=sys.stderr)
        return
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    print(places_of(error), file=sys.stderr)
