"""How the name of a person is read in pinyin, to be found by and to stand in the order of a register.

Characters with several readings keep all of them for the search; surnames are read as surnames (`names.split_name`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice, product
from typing import cast

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT

from app.kernel.name_tables import COMPOUND_SURNAMES, RARE_READINGS, SURNAME_READINGS
from app.kernel.names import is_han_or_mark, is_variation_selector, split_name

_MOST_VARIANTS = 24


@dataclass(frozen=True)
class NamePinyin:
    """How a name is read: ``full`` "ran yan yi", ``initials`` "ryy", and all readings to be found by.

    ``full_variants`` and ``initials_variants`` hold the main reading first, then the others.
    """

    full: str
    initials: str
    full_variants: tuple[str, ...]
    initials_variants: tuple[str, ...]

    @property
    def search_forms(self) -> tuple[str, ...]:
        """Every form a person may type: spaced, written together, initials; without repeats, in a fixed order."""
        together = (full.replace(" ", "") for full in self.full_variants)
        return tuple(dict.fromkeys((*self.full_variants, *together, *self.initials_variants)))


@lru_cache(maxsize=4096)
def pinyin_of(name: str) -> NamePinyin:
    """Return the readings of ``name`` without tones, ü as v (and as yu among the variants).

    The surname takes its reading as a surname (单 shan, 仇 qiu, 覃 qin or tan); a character without any known
    reading stands for itself.
    """
    readings = [[_toneless(reading) for reading in choices] for _, choices in _readings(name)]
    combinations = list(islice(product(*(dict.fromkeys(_with_yu(r)) for r in readings)), _MOST_VARIANTS))
    # The product varies the last character first; add each single change, so that no reading of a long name is cut.
    main = tuple(choices[0] for choices in readings)
    for place, choices in enumerate(readings):
        combinations += [(*main[:place], other, *main[place + 1 :]) for other in _with_yu(choices)[1:]]
    full = tuple(dict.fromkeys(" ".join(parts) for parts in combinations))
    initials = tuple(dict.fromkeys("".join(part[0] for part in parts) for parts in combinations))
    return NamePinyin(full[0], initials[0], full, initials)


def _with_yu(choices: list[str]) -> list[str]:
    """Add the spelling of passports, lyu and nyu, behind lv and nv."""
    return choices + [choice.replace("v", "yu") for choice in choices if re.fullmatch("[ln]v[e]?", choice)]


def _toneless(reading: str) -> str:
    return re.sub(r"(?<=[a-z])[1-5]$", "", reading.lower())


@lru_cache(maxsize=4096)
def _readings(name: str) -> list[tuple[str, list[str]]]:
    """Return for each character or word its readings with tone numbers, the likeliest first.

    The list is kept for the next call: nobody may change it.
    """
    split = split_name(name)
    return _surname_readings(split.family) + _given_readings(split.given)


def _given_readings(given: str) -> list[tuple[str, list[str]]]:
    found = []
    for word in re.findall("[^· ]+", given):
        for is_han_part, group in groupby(word, is_han_or_mark):
            part = "".join(group)
            found += _han_readings(part) if is_han_part else [(part, [_plain(part) or part])]
    return found


def _plain(word: str) -> str:
    """Return a Latin word in lower case without accents and marks, as people type it."""
    plain = unicodedata.normalize("NFKD", word).lower()
    return "".join(c for c in plain if c.isalpha())


def _surname_readings(family: str) -> list[tuple[str, list[str]]]:
    bare = "".join(c for c in family if not is_variation_selector(c))
    if bare in COMPOUND_SURNAMES and COMPOUND_SURNAMES[bare]:
        return [(c, [reading]) for c, reading in zip(bare, COMPOUND_SURNAMES[bare].split(), strict=True)]
    if bare in SURNAME_READINGS:
        return [(bare, SURNAME_READINGS[bare].split())]
    return _han_readings(bare)


def _han_readings(text: str) -> list[tuple[str, list[str]]]:
    """Return the readings of Han characters: the one that fits the word first, then the others."""
    characters = [c for c in text if not is_variation_selector(c)]
    if len(characters) < 3 and "".join(characters) not in PHRASES_DICT:
        return [(c, _character_readings(c, None)) for c in characters]  # no word: each for itself, and much quicker
    in_word = _readings_in(unicodedata.normalize("NFC", "".join(characters)))
    if len(in_word) != len(characters):
        return [(c, _character_readings(c, None)) for c in characters]
    return [(c, _character_readings(c, likely)) for c, likely in zip(characters, in_word, strict=True)]


def _readings_in(text: str) -> list[str]:
    """The likely reading of each character; one that has none stands for itself."""
    return cast(Callable[..., list[str]], lazy_pinyin)(text, style=Style.TONE3, errors=list)


def _character_readings(character: str, likely: str | None) -> list[str]:
    # Only to look up the sound, a compatibility form may stand for its unified character.
    character = unicodedata.normalize("NFC", character)
    if character in RARE_READINGS:
        return [RARE_READINGS[character]]
    return list(dict.fromkeys([*([likely] if likely else []), *_known_readings(character)]))


@lru_cache(maxsize=8192)
def _known_readings(character: str) -> tuple[str, ...]:
    """Return every reading in the dictionary, the common one first; the character itself when there is none."""
    common = _readings_in(character)
    every = cast(Callable[..., list[list[str]]], pinyin)(
        character, style=Style.TONE3, heteronym=True, errors=lambda unknown: [[unknown]]
    )[0]
    return tuple(dict.fromkeys([*(common if len(common) == 1 else []), *every]))


def main_reading(name: str) -> tuple[str, str, str]:
    """Return (pinyin, initials, sort key) of a name: what `pinyin_of` and `sort_key` say, without the variants."""
    split = split_name(name)
    family, given = _main_of_family(split.family), words_reading(split.given)
    if not (split.family and split.given):
        return family if split.family else given
    return f"{family[0]} {given[0]}", family[1] + given[1], f"{family[2]} {given[2]}"


@lru_cache(maxsize=1024)
def _main_of_family(family: str) -> tuple[str, str, str]:
    return _main(_surname_readings(family))


@lru_cache(maxsize=32768)  # bulk work meets the same given names again and again
def words_reading(given: str) -> tuple[str, str, str]:
    """The same of words in which no surname is sought."""
    return _main(_given_readings(given))


def _main(readings: list[tuple[str, list[str]]]) -> tuple[str, str, str]:
    main = [_toneless(choices[0]) for _, choices in readings]
    return (
        " ".join(main),
        "".join(part[0] for part in main),
        " ".join(f"{choices[0].lower()}{character}" for character, choices in readings),
    )


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """Return a text that orders names as a register does: by sound and tone of each character, then the character.

    The same characters stand together (all 李 before the first 里); plain comparison of the keys, in Python or under
    the database's binary collation, gives the order.
    """
    return " ".join(f"{choices[0].lower()}{character}" for character, choices in _readings(name))
