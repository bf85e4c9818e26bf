"""One printer for all tests of printing; what poppler reads back from a PDF."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.printing.engine import Engine


@pytest.fixture(scope="session")
def printing_folder(tmp_path_factory) -> Path:
    """Return a folder for the printer's small files."""
    return tmp_path_factory.mktemp("printing")


@pytest.fixture(scope="session")
def printer(printing_folder):
    """Return a printer with the product's own limits."""
    engine = Engine(printing_folder, size=1)
    yield engine
    engine.close()


@pytest.fixture
def read_text(tmp_path):
    """Return pdftotext as a function: PDF bytes -> one text per page."""

    def read(pdf: bytes) -> list[str]:
        return _run(tmp_path, pdf, "pdftotext", "-layout", "{}", "-").split("\f")[:-1]

    return read


@pytest.fixture
def read_fonts(tmp_path):
    """Return pdffonts as a function: PDF bytes -> names of the fonts without their subset tags, embedded or not."""

    def read(pdf: bytes) -> dict[str, bool]:
        lines = _run(tmp_path, pdf, "pdffonts", "{}").splitlines()[2:]
        return {line.split()[0].partition("+")[2]: line.split()[-5:-3] == ["yes", "yes"] for line in lines}

    return read


def _run(folder: Path, pdf: bytes, *command: str) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    filled = [part.format(path) for part in command]
    return subprocess.run(filled, capture_output=True, check=True).stdout.decode("utf-8")
