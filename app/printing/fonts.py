"""The fonts of the printed papers: where they are, how the printer finds only them (what they hold: `unprintable.py`).

Noto Sans SC comes with the product; HanaMin and BabelStone Han are packages of the system and stand behind it for
rare characters. A private font configuration names these and no other, so that a paper looks the same everywhere.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from functools import lru_cache
from html import escape
from pathlib import Path

from app.kernel.problems import Problem
from app.printing.problems import missing_font, missing_library

OWN_FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
#: Where the printer keeps its small files unless told otherwise (engine.configure).
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "instance" / "printing"
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")

#: In the order in which a glyph is looked for: (family, file name, where to get it).
FONTS = (
    ("Noto Sans SC", "NotoSansSC_400Regular.ttf", "static/fonts/NotoSansSC_400Regular.ttf"),
    ("Noto Sans SC Bold", "NotoSansSC_700Bold.ttf", "static/fonts/NotoSansSC_700Bold.ttf"),
    ("HanaMinA", "HanaMinA.ttf", "fonts-hanazono"),
    ("HanaMinB", "HanaMinB.ttf", "fonts-hanazono"),
    ("BabelStone Han", "BabelStoneHan.ttf", "fonts-babelstone-han"),
)
FAMILIES = tuple(family for family, _, _ in FONTS if not family.endswith(" Bold"))
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)


def find_font_files() -> dict[str, Path]:
    """Return the font files found, family -> path, in fallback order; families that are not there are left out."""
    found = {}
    for family, file_name, _ in FONTS:
        path = OWN_FOLDER / file_name
        if not path.is_file() and not family.startswith("Noto"):
            path = _find_in_system(file_name) or path
        if path.is_file():
            found[family] = path
    return found


@lru_cache
def _find_in_system(file_name: str) -> Path | None:
    for folder in SYSTEM_FOLDERS:
        for path in sorted(folder.rglob(file_name)):
            return path
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        listed = subprocess.run([program, ":", "file"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    paths = (Path(line.strip().rstrip(":").strip()) for line in listed.stdout.splitlines())
    return next((path for path in sorted(paths) if path.name == file_name), None)


def check_fonts() -> list[Problem]:
    """Return what is missing on this machine for printing right: libraries and fonts, with what to install."""
    problems = [missing_library(name, package) for name, package in LIBRARIES if not _loads(name)]
    found = find_font_files()
    problems += [missing_font(family, package) for family, _, package in FONTS if family not in found]
    return problems


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def write_configuration(folder: Path) -> Path:
    """Write the private font configuration into ``folder`` and return its path (the value of FONTCONFIG_FILE)."""
    paths = tuple(find_font_files().values())
    folders = "".join(f"<dir>{escape(str(parent))}</dir>" for parent in sorted({path.parent for path in paths}))
    accepted = "".join(f"<glob>{escape(str(path))}</glob>" for path in paths)
    families = "".join(f"<string>{escape(family)}</string>" for family in FAMILIES)
    target = folder / "fonts.conf"
    write_whole(
        target,
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{folders}\n<cachedir>{escape(str(folder / 'fontconfig'))}</cachedir>\n"
        f"<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>{accepted}</acceptfont></selectfont>\n"
        f'<match target="pattern"><edit name="family" mode="append" binding="strong">{families}</edit></match>\n'
        "</fontconfig>\n",
    )
    return target


def write_whole(target: Path, content: str) -> None:
    """Write ``content`` so that another process sees the old file or the new one, never a part."""
    if target.is_file() and target.read_text("utf-8") == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    partial.write_text(content, "utf-8")
    partial.replace(target)
