"""Entities and document types in every part of a workbook: refused by the command, no file read, nobody called.

The kernel watches the named file (inotify) and a listener the named address, so it does not matter which process or
library would have followed them.
"""

from __future__ import annotations

import ctypes
import io
import os
import socket
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml import sax

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from sqlalchemy import func, select

from app.children.models import Child
from app.db import db
from app.imports.models import ImportRow
from tests.imports.samples import child, make_schools, part, repacked, xlsx
from tests.support.databases import run_command

REFUSED = "该文件含有电子表格不应有的内容"
SECRET = "the words of the canary"
IN_ACCESS, IN_OPEN = 0x01, 0x20
EVENT = struct.Struct("iIII")


def commented(content: bytes) -> bytes:
    """The sheet as another program saves it, with the parts that a comment brings along."""
    book = load_workbook(io.BytesIO(content))
    book.active["A2"].comment = Comment("looked up", "school")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


GOOD = xlsx([child()])
FILES = {"strings in a part of their own": GOOD, "a comment and strings in their cells": commented(GOOD)}
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def parts(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


@dataclass
class Lures:
    """A file and an address that nobody may touch; `touched()` says what was."""

    file: Path
    server: socket.socket
    watch: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/lure.dtd"

    def touched(self) -> set[str]:
        found = set()
        try:
            self.server.accept()[0].close()
            found.add("address")
        except BlockingIOError:
            pass
        try:
            events = os.read(self.watch, 65536)
        except BlockingIOError:
            return found
        while events:
            _watch, _mask, _cookie, length = EVENT.unpack(events[: EVENT.size])
            events = events[EVENT.size + length :]
            found.add("file")
        return found


@pytest.fixture
def lures(tmp_path):
    folder = tmp_path / "lures"
    folder.mkdir()
    (folder / "canary.txt").write_text(SECRET)
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert watch >= 0, os.strerror(ctypes.get_errno())
    assert libc.inotify_add_watch(watch, os.fsencode(folder / "canary.txt"), IN_OPEN | IN_ACCESS) >= 0
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.setblocking(False)
        yield Lures(folder / "canary.txt", server, watch)
    os.close(watch)


def document_type(kind: str, lures: Lures) -> str:
    """What stands before the root of a part, and asks for the file or the address."""
    file, address = lures.file.as_uri(), lures.address
    return {
        "external entity": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{file}">]>',
        "public entity": f'<!DOCTYPE x [<!ENTITY e PUBLIC "-//W3C//TEXT x//EN" "{address}">]>',
        "external document type": f'<!DOCTYPE x SYSTEM "{address}">',
        "document type in a file": f'<!DOCTYPE x SYSTEM "{file}">',
        "parameter entity": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{file}"> %p;<!ENTITY e "x">]>',
        "parameter entity that sends": f'<!DOCTYPE x [<!ENTITY % f SYSTEM "{file}">'
        f'<!ENTITY % p SYSTEM "{address}"> %p;<!ENTITY e "x">]>',
        "internal entity": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "small letters": f'<!doctype x [<!entity e SYSTEM "{file}">]>',
        "all at once": f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY % p SYSTEM "{file}"> %p;'
        f'<!ENTITY e SYSTEM "{file}">]>',
    }[kind]


KINDS = (
    "external entity",
    "public entity",
    "external document type",
    "document type in a file",
    "parameter entity",
    "parameter entity that sends",
    "internal entity",
    "small letters",
)


def with_type(xml: str, doctype: str) -> str:
    """The part with that before its root, and the entity in its first text or value where it has one."""
    start = xml.index("?>") + 2 if xml.startswith("<?xml") else 0
    body = xml[start:]
    for mark in ("<t>", "<v>"):
        if mark in body:
            at = body.index(">", body.index(mark)) + 1
            body = f"{body[:at]}&e;{body[at:]}"
            break
    return f"{xml[:start]}{doctype}{body}"


def is_refused(app, path: Path, content: bytes, lures: Lures) -> None:
    """The command refuses it with the words for such files; nothing was kept, opened or called."""
    path.write_bytes(content)
    assert REFUSED in run_command(app, "imports", "run", "children", str(path), "--apply", fails=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Child)) == 0
        assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0
    assert lures.touched() == set()


@pytest.fixture
def path(app, tmp_path):
    with app.app_context():
        make_schools()
    return tmp_path / "sheet.xlsx"


def test_the_lures_tell_when_they_are_touched(lures):
    """What follows proves nothing without this: a reader that follows entities is seen, on the same part."""
    assert lures.touched() == set()
    reader, said = sax.make_parser(), []
    reader.setFeature(sax.handler.feature_external_ges, True)
    reader.setContentHandler(Listener(said))
    reader.parse(io.StringIO(with_type(part(GOOD, STRINGS), document_type("external entity", lures))))
    assert SECRET in "".join(said)
    with socket.create_connection(lures.server.getsockname()):
        assert lures.touched() == {"file", "address"}
    assert lures.touched() == set()


class Listener(sax.ContentHandler):
    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self.characters = said.append


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_the_same_sheet_without_them_is_taken_over(app, path, content):
    path.write_bytes(content)
    assert "新增1" in run_command(app, "imports", "run", "children", str(path), "--apply")


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_in_every_part(app, path, lures, content):
    names = parts(content)
    assert SHEET in names and (STRINGS in names or any(name.endswith(".vml") for name in names)) and len(names) >= 10
    for name in names:
        changed = with_type(part(content, name), document_type("all at once", lures))
        is_refused(app, path, repacked(content, **{name: changed}), lures)


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind(app, path, lures, kind):
    changed = with_type(part(GOOD, SHEET), document_type(kind, lures))
    is_refused(app, path, repacked(GOOD, **{SHEET: changed}), lures)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_in_every_encoding(app, path, lures, encoding):
    declared = encoding.removesuffix("-sig").removesuffix("-be")
    changed = with_type(part(GOOD, SHEET).split("?>", 1)[1], document_type("all at once", lures))
    content = f'<?xml version="1.0" encoding="{declared}"?>{changed}'.encode(encoding)
    is_refused(app, path, repacked(GOOD, **{SHEET: content}), lures)


@pytest.mark.parametrize(
    ("name", "before"), [("xl/worksheets/sheet1.dat", ""), ("xl/media/image1.png", "PNG"), ("other", "")]
)
def test_under_another_name(app, path, lures, name, before):
    """The workbook's relations say where a sheet is; its name need not end as that of an XML part."""
    relations = "xl/_rels/workbook.xml.rels"
    moved = part(GOOD, relations).replace("worksheets/sheet1.xml", f"/{name}")
    assert f'"/{name}"' in moved
    changed = with_type(part(GOOD, SHEET), document_type("all at once", lures))
    is_refused(app, path, repacked(GOOD, **{relations: moved, name: before + changed}), lures)


@pytest.mark.parametrize("start", ["", "\n\n  "])
def test_a_sheet_that_is_bare_xml_is_no_spreadsheet(app, path, lures, start):
    path.write_text(f'{start}<?xml version="1.0"?>{document_type("all at once", lures)}<Workbook>&e;</Workbook>')
    said = run_command(app, "imports", "run", "children", str(path), fails=True)
    assert "该文件不是电子表格" in said and lures.touched() == set()
