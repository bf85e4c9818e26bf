"""Small files of every type, a stand-in for clamd, and a decided child."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def office(part: str, *more: str) -> bytes:
    """A package of Office as far as its list of parts goes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name in ("[Content_Types].xml", part, *more):
            package.writestr(name, "<x/>")
    return held.getvalue()


DOCX = office("word/document.xml")
XLSX = office("xl/workbook.xml")


class Scanner:
    """What clamd says over a unix socket: INSTREAM, told in chunks, answered with OK or what was found."""

    def __init__(self, path: Path):
        self.path, self.seen = path, []
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ear.bind(str(path))
        self._ear.listen()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                talk, _address = self._ear.accept()
            except OSError:
                return
            with talk, talk.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(said.read(4), "big"):
                    content += said.read(size)
                self.seen.append(content)
                found = EICAR in content
                talk.sendall(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")

    def close(self) -> None:
        self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()
        self._thread.join()


@contextmanager
def scanning(path: Path) -> Iterator[Scanner]:
    """A scanner that listens at a path."""
    scanner = Scanner(path)
    try:
        yield scanner
    finally:
        scanner.close()
