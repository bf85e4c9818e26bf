"""Names, types and the form of a sealed file, by themselves."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from app.attachments.rules import clean_name, type_of
from app.attachments.sealing import CHUNK, TAG, Broken, seal, sealed_size, unseal
from app.attachments.types import FileType
from tests.attachments.samples import DOCX, JPEG, PDF, PNG, XLSX, office

NAME = b"stored_files|1"


@pytest.mark.parametrize(
    ("sent", "kind", "kept"),
    [
        ("../../etc/passwd.pdf", "pdf", "passwd.pdf"),
        ("C:\\病历\\冉𬱖䶮.PDF", "pdf", "冉𬱖䶮.pdf"),
        ("扫描.jpeg", "jpeg", "扫描.jpeg"),
        ("扫描.png", "jpeg", "扫描.jpg"),
        ("证明.exe", "pdf", "证明.exe.pdf"),
        ('a:b*c?"<d>|.pdf', "pdf", "a_b_c_d.pdf"),
        (".pdf", "pdf", "附件.pdf"),
        ("", "docx", "附件.docx"),
        ("...", "docx", "附件.docx"),
        ("长" * 300 + ".pdf", "pdf", "长" * 80 + ".pdf"),
        ("行\r\nSet-Cookie: x\u202egpj.pdf", "pdf", "行Set-Cookie_ xgpj.pdf"),
        ("诊断 证明（2026）.xlsx", "xlsx", "诊断 证明（2026）.xlsx"),
    ],
)
def test_names_are_cleaned(sent, kind, kept):
    assert clean_name(sent, FileType(kind)) == kept


def test_the_content_says_what_a_file_is():
    for content, kind in ((PDF, "pdf"), (JPEG, "jpeg"), (PNG, "png"), (DOCX, "docx"), (XLSX, "xlsx")):
        stream = io.BytesIO(content)
        assert type_of(stream) == kind and stream.tell() == 0
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", bytes(50_000_000))
    for content in (
        b"",
        b"PK",
        b"PK\x03\x04",
        b"GIF89a",
        b" %PDF-1.4",
        bomb.getvalue(),
        DOCX[:-30],
        office("xl/workbook.xml", "xl/vbaProject.bin"),
        office("word/document.xml", "word/VBAPROJECT.BIN"),
    ):
        assert type_of(io.BytesIO(content)) is None


def sealed(content: bytes, key: bytes) -> bytes:
    held = io.BytesIO()
    size, _plain, _written = seal(io.BytesIO(content), held, key, NAME)
    assert size == len(content) and len(held.getvalue()) == sealed_size(size)
    return held.getvalue()


def opened(content: bytes, key: bytes, name: bytes = NAME) -> bytes:
    return b"".join(unseal(io.BytesIO(content), key, name))


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_opens(size):
    content, key = os.urandom(size), os.urandom(32)
    assert opened(sealed(content, key), key) == content


def test_whatever_is_done_to_a_sealed_file_is_found():
    key, size = os.urandom(32), CHUNK + TAG
    whole = sealed(os.urandom(3 * CHUNK), key)
    head, one, two, three = whole[:8], whole[8 : 8 + size], whole[8 + size : 8 + 2 * size], whole[8 + 2 * size :]
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (0, 8, 8 + size, len(whole) - 1)]
    cut = [b"", head, whole[:-1], head + one, head + one + two]
    moved = [head + two + one + three, head + one + one + two + three, head + three, whole + three]
    for content in (*flipped, *cut, *moved):
        with pytest.raises(Broken):
            opened(content, key)
    with pytest.raises(Broken):
        opened(whole, os.urandom(32))
    with pytest.raises(Broken):
        opened(whole, key, b"stored_files|2")
