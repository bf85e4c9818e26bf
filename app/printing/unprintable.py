"""Which characters cannot be printed: those that no font of the papers draws, named in words or at a field."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.kernel.problems import Problem
from app.printing.fonts import DEFAULT_FOLDER, find_font_files, write_whole
from app.printing.problems import missing_character, more_missing_characters, unprintable_signs

MAX_NAMED = 20
MAX_NAMED_IN_FIELD = 3

#: Drawn as nothing by every font: joiners, variation selectors and other marks without a shape of their own.
_INVISIBLE = ((0x034F, 0x034F), (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


_known: dict[str, list] = {}  # ranges of code points by the font files they were read from


@dataclass(frozen=True)
class Coverage:
    """The set of code points that some font draws, as sorted closed ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code_point: int) -> bool:
        place = bisect_right(self.starts, code_point) - 1
        return place >= 0 and code_point <= self.ends[place]

    def missing_characters(self, text: str) -> list[str]:
        """Return the characters of ``text`` that cannot be printed, each once, in order of appearance.

        White space, control and invisible format characters never count; private-use characters always do, because
        the glyph behind them differs from font to font.
        """
        return [character for character in dict.fromkeys(text) if not self._prints(character)]

    def _prints(self, character: str) -> bool:
        category = unicodedata.category(character)
        if category in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            return True
        if category in {"Co", "Cs"}:
            return False
        code_point = ord(character)
        return code_point in self or any(low <= code_point <= high for low, high in _INVISIBLE)


def coverage(folder: Path) -> Coverage:
    """Return the union of the characters of all fonts found.

    Reading the big fonts takes most of a second, so the result is kept in ``folder`` (and in this process) for as long
    as path, size and time of each font file stay the same.
    """
    paths = tuple(find_font_files().values())
    key = [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in paths]
    kept = folder / "coverage.json"
    ranges = _read_kept(kept, key)
    if ranges is None:
        ranges = _known[str(key)] = _known.get(str(key)) or _ranges(_code_points(paths))
        write_whole(kept, json.dumps({"key": key, "ranges": ranges}))
    return Coverage(tuple(low for low, _ in ranges), tuple(high for _, high in ranges))


@lru_cache(maxsize=4)
def coverage_once(folder: Path) -> Coverage:
    """Return coverage(folder), read once in the life of the process."""
    return coverage(folder)


def missing_characters(text: str, folder: Path = DEFAULT_FOLDER) -> list[str]:
    """Return the characters of ``text`` that no font prints (see Coverage.missing_characters)."""
    return coverage_once(folder).missing_characters(text)


def _read_kept(kept: Path, key: list) -> list | None:
    try:
        content = json.loads(kept.read_text("utf-8"))
        return content["ranges"] if content["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _code_points(paths: Iterable[Path]) -> set[int]:
    from fontTools.ttLib import TTFont  # slow to import and needed only when a font file changed

    return set().union(*(TTFont(path, lazy=True).getBestCmap() for path in paths))


def _ranges(code_points: set[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for code_point in sorted(code_points):
        if ranges and code_point == ranges[-1][1] + 1:
            ranges[-1][1] = code_point
        else:
            ranges.append([code_point, code_point])
    return ranges


def find_unprintable(texts: Iterable[str], covered: Coverage) -> list[Problem]:
    """Return a problem for each character of ``texts`` that no font draws, with the words it first stands in."""
    first_place: dict[str, str] = {}
    for text in texts:
        for character in covered.missing_characters(text):
            first_place.setdefault(character, text)
    problems = [missing_character(character, _around(character, text)) for character, text in first_place.items()]
    if len(problems) > MAX_NAMED:
        problems[MAX_NAMED:] = [more_missing_characters(len(problems) - MAX_NAMED)]
    return problems


def find_unprintable_signs(text: str, covered: Coverage) -> list[Problem]:
    """Return one problem with the first characters of a field's ``text`` that no font draws, and where they stand."""
    missing, found = covered.missing_characters(text), []
    for character in missing[:MAX_NAMED_IN_FIELD]:
        before = text[: text.index(character)].replace("\r\n", "\n")
        found.append((character, before.count("\n") + 1, len(before) - before.rfind("\n")))
    more = len(missing) - len(found)
    return [unprintable_signs(found, more, one_line="\n" not in text.strip())] if found else []


def _around(character: str, text: str) -> str:
    """Return the words around the first ``character`` in ``text``, with a box where it cannot be encoded."""
    place = text.index(character)
    piece = " ".join(text[max(0, place - 12) : place + 13].split())
    return piece.encode("utf-8", "replace").decode("utf-8")
