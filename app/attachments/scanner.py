"""The virus scanner: clamd's INSTREAM over a unix socket, when one is configured.

Every file is scanned before it is kept. Without an answer nothing is kept: a scanner that is asked for and away must
not let files pass. clamd's own `StreamMaxLength` has to be at least the largest attachment.
"""

from __future__ import annotations

import re
import socket
from typing import IO

CHUNK = 64 * 1024
PATIENCE = 30.0
"""Seconds for each step of the talk."""
_FOUND = re.compile(r"^stream: (.+) FOUND$")


class NoAnswer(Exception):
    """The scanner is away, too slow, or answered something else than clean or found."""


def scan(path: str, stream: IO[bytes]) -> str | None:
    """Return the name of what was found in the stream, None when it is clean. Raises NoAnswer."""
    stream.seek(0)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(PATIENCE)
            talk.connect(path)
            answer = _ask(talk, stream)
    except OSError as error:
        raise NoAnswer(str(error)) from None
    finally:
        stream.seek(0)
    if answer == "stream: OK":
        return None
    found = _FOUND.match(answer)
    if found is None:
        raise NoAnswer(answer[:200] or "no answer")
    return "".join(sign for sign in found[1] if sign.isprintable())[:120]


def _ask(talk: socket.socket, stream: IO[bytes]) -> str:
    talk.sendall(b"zINSTREAM\0")
    while chunk := stream.read(CHUNK):
        talk.sendall(len(chunk).to_bytes(4, "big") + chunk)
    talk.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        part = talk.recv(4096)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
