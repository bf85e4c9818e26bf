"""Rare characters that no keyboard offers: found by their code, their components or their sound.

The components of 46,000 characters are kept in app/kernel/data (source and licence are named there); readings come from
pypinyin and the tables of names. Everything is read at the first question and kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

from app.kernel.name_tables import RARE_READINGS
from app.kernel.names import is_han
from app.kernel.problems import N_, Checked, refused

DATA = Path(__file__).parent / "data"
MOST_CANDIDATES = 60
LONGEST_QUESTION = 60

# The shapes that a part takes at the side of a character, and the character that people type for it.
_SHAPES: dict[int, str] = str.maketrans(
    {
        pair[0]: pair[1]
        for pair in (
            "氵水 氺水 艹草 卄草 扌手 亻人 ⺮竹 𥫗竹 钅金 釒金 纟糸 糹糸 讠言 訁言 饣食 飠食 "
            "忄心 ⺗心 犭犬 衤衣 礻示 刂刀 ⺈刀 ⻊足 𧾷足 罒网 灬火 牜牛 王玉 𤣩玉 "
            "⺼肉 爫爪 攵攴 ⺶羊 ⻗雨 耂老 㔾卩 辶走 ⻌走"
        ).split()
    }
)
_CODE = re.compile(r"(?:U\+|0X|\\U|&#X)?([0-9A-F]{4,6});?", re.I)
_DECIMAL = re.compile(r"&#([0-9]{4,7});?")
_SYLLABLE = re.compile(r"[a-züv]{1,6}[1-5]?", re.I)


@dataclass(frozen=True)
class Candidate:
    """A character with its code ("U+2CC56"), its readings with tone marks and its components."""

    character: str
    code: str
    readings: tuple[str, ...]
    components: str


@dataclass(frozen=True)
class Candidates:
    """The best candidates, and how many there are in all."""

    shown: tuple[Candidate, ...]
    total: int


def find_characters(question: object, most: int = MOST_CANDIDATES) -> Checked[Candidates]:
    """Find characters by what was typed: a code, components, a syllable of pinyin, or components and a syllable.

    ``U+2CC56``, ``2CC56`` or ``&#x2CC56;`` name one character. Components may stand at any depth
    (``由页``, ``龙天``, ``马录``); a pinyin syllable may have a tone number (``di``, ``lu4``). A sound alone leaves out
    the characters that every keyboard offers (GB 2312). Those of the General Standard come first. Empty input gives no
    value and no problem; a code that is no Han character and signs that are nothing of these are refused.
    """
    text = unicodedata.normalize("NFC", str(question or "")).strip()
    if not text:
        return Checked(None)
    if len(text) > LONGEST_QUESTION:
        return refused("rare_long", N_("Enter at most %(most)s characters."), most=LONGEST_QUESTION)
    if code := _code_in(text):
        if code > 0x10FFFF or not is_han(chr(code)):
            return refused(
                "rare_code",
                N_(
                    "%(point)s is not the code of a Chinese character. Compare it with the card "
                    "or the notice of the police station."
                ),
                point=f"U+{code:04X}",
            )
        return Checked(Candidates((_candidate(chr(code)),), 1))
    words = re.findall(r"[A-Za-zü]+[1-5]?", text)
    parts = [c for c in text if is_han(c) or 0x2E80 <= ord(c) <= 0x2FD5]
    rest = re.sub(r"[A-Za-zü]+[1-5]?|[\s+＋,，、⿰-⿻]", "", text)
    if set(rest) - set(parts) or len(words) > 1 or not all(_SYLLABLE.fullmatch(word) for word in words):
        return refused(
            "rare_unknown",
            N_("Enter the code of the character, its parts, or one syllable of pinyin without tone marks."),
        )
    found = _matching(parts, words[0].lower().replace("ü", "v") if words else "")
    return Checked(Candidates(tuple(_candidate(c) for c in found[:most]), len(found)))


def _code_in(text: str) -> int | None:
    """Return the code point that `text` names; bare letters without a digit are pinyin, not a code."""
    if decimal := _DECIMAL.fullmatch(text):
        return int(decimal[1])
    named = _CODE.fullmatch(text)
    bare = named and len(text) == len(named[1])
    return int(named[1], 16) if named and (not bare or any(c.isdigit() for c in text)) else None


def _matching(parts: list[str], syllable: str) -> list[str]:
    tiers = _name_characters()
    wanted = Counter("".join(parts).translate(_SHAPES))
    found = []
    for character in _sounds().get(syllable, ()) if syllable else _components():
        if not parts and _on_every_keyboard(character):
            continue
        fit = _fit(character, wanted) if parts else 0
        if fit is not None:
            found.append((fit, tiers.get(character, len(tiers)), _on_every_keyboard(character), character))
    return [entry[-1] for entry in sorted(found)]


def _fit(character: str, wanted: Counter[str]) -> int | None:
    """How well the components fit: 0 exactly, 1 all direct ones and more, 2 deeper; None when one is missing."""
    every = _depths().get(character, "")
    if wanted.total() == 1 and character in wanted:
        return 0
    if any(every.count(part) < count for part, count in wanted.items()):
        return None
    direct = Counter(_components().get(character, "").translate(_SHAPES))
    return 0 if direct == wanted else 2 if wanted - direct else 1


def _on_every_keyboard(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _candidate(character: str) -> Candidate:
    readings = PINYIN_DICT.get(ord(character), "").split(",")
    return Candidate(
        character, f"U+{ord(character):04X}", tuple(r for r in readings if r), _components().get(character, "")
    )


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]


@cache
def _components() -> dict[str, str]:
    """The direct components of each character."""
    return {line[0]: line[1:] for name in ("components.txt", "components-more.txt") for line in _lines(name)}


@cache
def _depths() -> dict[str, str]:
    """The components of each character at every depth, in the shapes that people type."""
    known: dict[str, str] = {}

    def all_of(character: str, above: frozenset[str]) -> str:
        if character not in known:
            direct = _components().get(character, "")
            deeper = "".join(all_of(part, above | {character}) for part in direct if part not in above)
            known[character] = direct.translate(_SHAPES) + deeper
        return known[character]

    for character in _components():
        all_of(character, frozenset({character}))
    return known


@cache
def _name_characters() -> dict[str, int]:
    """The rare characters that people are likely to bear, with their place in the list."""
    return {character: place for place, character in enumerate("".join(_lines("name-characters.txt")))}


@cache
def _sounds() -> dict[str, tuple[str, ...]]:
    """The characters of each syllable, without tone ("di") and with it ("di2"); ü is v, and u too."""
    found: dict[str, dict[str, None]] = {}
    for code, readings in PINYIN_DICT.items():
        character = chr(code)
        if not is_han(character):
            continue
        for reading in [*readings.split(","), RARE_READINGS.get(character, "")]:
            plain, tone = _plain(reading)
            for sound in {plain, plain + tone, plain.replace("v", "u")} - {""}:
                found.setdefault(sound, {})[character] = None
    return {sound: tuple(characters) for sound, characters in found.items()}


_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def _plain(reading: str) -> tuple[str, str]:
    """Return ("lv", "4") for "lǜ" and for "lv4"."""
    letters, tone = "", ""
    for sign in unicodedata.normalize("NFD", reading.strip()):
        if sign in _TONES or sign.isdigit():
            tone = _TONES.get(sign, sign)
        elif sign == "\u0308":
            letters = letters[:-1] + "v"
        elif sign.isascii() and sign.isalpha():
            letters += sign
    return letters, tone
