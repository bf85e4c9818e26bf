"""Names of persons: checked, kept exactly, split and masked. How they are read and ordered says `pinyin`.

A name's characters are a person's own: rare characters and compatibility forms stay as they were written, and
nothing here ever applies NFKC. Only look-alike dots, blanks and invisible marks are brought into one form. What else
looks alike is compared by `lookalikes.skeleton`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.lookalikes import DOT, DOTS, STOPS, instead_of, slip_in
from app.kernel.name_tables import COMPOUND_SURNAMES
from app.kernel.problems import N_, Checked, Problem, Severity, refused

LONGEST_NAME = 60
"""Characters; the longest names on Chinese cards stay under 30."""
FAR_TOO_LONG = 10 * LONGEST_NAME
"""Characters beyond which a text is not even read as a name."""

_HAN_RANGES = (
    (0x3005, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2EE5D),
    (0x2F800, 0x2FA1F),
    (0x30000, 0x33479),
)
COMMON_NAME = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df\U0002a700-\U0002ee5d\U00030000-\U00033479]{1,20}"
)
"""Han characters but the compatibility forms: nothing to bring into form, nothing to refuse (bulk work reads many
names, and every third has a rare character)."""
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
_DOTS = str.maketrans(dict.fromkeys(DOTS, DOT))
_MARKS_OF_LATIN_NAMES = "'’-. "
_WIDE = {place: place - 0xFEE0 for place in (0xFF07, 0xFF0D, *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Full-width Latin letters: the same letters as a Chinese keyboard writes them; no card has them."""
_ANY_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_BRACKETS = re.compile(r"[（(【\[〔<《〈{｛].*?(?:[）)】\]〕>》〉}｝]|$)")


def is_han(character: str) -> bool:
    """True for a Han character of any plane, 〇 and 々, whatever Unicode version Python knows."""
    return any(first <= ord(character) <= last for first, last in _HAN_RANGES)


def is_variation_selector(character: str) -> bool:
    """True for a mark that chooses the shape of the character before it (kept, not counted)."""
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


def normalise_name(text: str) -> str:
    """Return ``text`` with one kind of dot, single blanks, none between Han characters, no invisible marks, and Latin
    letters of half width.

    NFC applies around Han compatibility characters, never to them, because it would replace them. A text of many times
    the longest name is none and comes back as it is: nobody waits for it.
    """
    if len(text) > FAR_TOO_LONG:
        return text
    parts = _COMPATIBILITY.split(text)
    kept = "".join(p if _COMPATIBILITY.fullmatch(p) else unicodedata.normalize("NFC", p) for p in parts)
    if _ANY_WIDE.search(kept):
        kept = kept.translate(_WIDE)
    kept = "".join(c for c in kept.translate(_DOTS) if unicodedata.category(c) != "Cf")
    kept = re.sub(r" ?·[ ·]*", DOT, " ".join(kept.split()))
    return "".join(_joined(kept, place) for place in range(len(kept)))


def _joined(text: str, place: int) -> str:
    """Return the character at ``place``, but no blank and a dot for a full stop between Han characters."""
    character = text[place]
    if character not in " ." or not 0 < place < len(text) - 1:
        return character
    between_han = is_han_or_mark(text[place - 1]) and is_han(text[place + 1])
    return ("" if character == " " else DOT) if between_han else character


def is_han_or_mark(character: str) -> bool:
    """True for a Han character and for a mark that chooses its shape."""
    return is_han(character) or is_variation_selector(character)


def check_name(value: object) -> Checked[str]:
    """Check a person's name and return it normalised, its characters kept exactly.

    Allowed are Han characters of all planes, ``·``, letters of any script, and in names with other letters blanks,
    apostrophes, hyphens and full stops. Warns of a letter that only looks like the right one, of full-width letters
    (read as plain ones) and of a compatibility form of a Han character (kept). A remark beside the name is named.
    Refuses characters of the private use area and radicals, naming the code point, signs of a lost character (? and
    U+FFFD), digits and other signs, and more than 60 characters. Empty input gives no value and no problem.
    """
    if isinstance(value, str) and COMMON_NAME.fullmatch(value):
        return Checked(value)
    text = "" if value is None else str(value)
    name = normalise_name(text)
    if not name:
        return Checked(None)
    if len(name) > LONGEST_NAME:
        return refused(
            "name_long",
            N_("A name has at most %(most)s characters; this one has %(count)s."),
            most=LONGEST_NAME,
            count=len(name),
        )
    if problem := _dot_problem(name) or next(filter(None, map(_character_problem, name)), None):
        return Checked(None, ((_remark(name) if problem.code == "name_character" else None) or problem,))
    if is_han(name[-1]) and name[0] in "'’" or is_han(name[0]) and name[-1] in "'’.-":
        return Checked(None, (_remark(name) or _incomplete(name),))
    if not any(_is_letter(c) for c in name) or name[0] in "·-." or name[-1] in "·-":
        return Checked(None, (_incomplete(name),))
    return Checked(name, (*_wide(text, name), *_slip(name), *_compatible(name)))


def _incomplete(name: str) -> Problem:
    return Problem(
        "name_shape", N_('"%(name)s" is not a complete name. Enter the name as on the card.'), {"name": name}
    )


def _wide(text: str, name: str) -> tuple[Problem, ...]:
    """A word about full-width letters, which were read as plain ones."""
    if not _ANY_WIDE.search(text):
        return ()
    return (
        Problem(
            "name_full_width",
            N_('The letters of this name are written in full width; it is kept as "%(name)s".'),
            {"name": name},
            severity=Severity.WARNING,
        ),
    )


def _compatible(name: str) -> tuple[Problem, ...]:
    """A word about a character that stands in the standard twice: other programs turn it into its twin."""
    found = next(
        (
            (sign, other)
            for sign in _COMPATIBILITY.findall(name)
            if (other := unicodedata.normalize("NFC", sign)) != sign
        ),
        None,
    )
    if found is None:
        return ()
    return (
        Problem(
            "name_compatibility",
            N_(
                '"%(character)s" (%(code)s) is a second form of "%(instead)s" (%(other)s). It is kept as it stands; '
                "compare it with the card."
            ),
            {
                "character": found[0],
                "code": f"U+{ord(found[0]):04X}",
                "instead": found[1],
                "other": f"U+{ord(found[1]):04X}",
            },
            severity=Severity.WARNING,
        ),
    )


def _remark(name: str) -> Problem | None:
    """What is wrong with a name beside which something else stands: the name alone is offered; None without one."""
    bare = _BRACKETS.sub("\n", name)
    if not any(_is_letter(c) for c in bare):
        bare = name  # all of it stands in brackets
    runs = "".join(
        c if _is_letter(c) or unicodedata.category(c)[0] == "M" or c in DOT + _MARKS_OF_LATIN_NAMES else "\n"
        for c in bare
    ).split("\n")
    names = [run.strip(" '’-.·") for run in runs if run.strip(" '’-.·")]
    if not names:
        return None
    if len(names[0]) == len(names) == 1 and set(name) & set("*＊×○●"):
        return Problem("name_masked", N_("Characters of this name are hidden. Enter the name in full."))
    if len(names) > 1:
        return Problem(
            "name_several",
            N_(
                'Besides "%(name)s" something else stands in this cell. Enter one name; a second person needs a row or '
                "column of its own."
            ),
            {"name": names[0]},
        )
    return Problem(
        "name_remark",
        N_('Something else stands beside the name. Enter "%(name)s" alone; the rest belongs into a column of its own.'),
        {"name": names[0]},
    )


def _dot_problem(name: str) -> Problem | None:
    """Between Han characters only the dot of names stands."""
    for before, sign, after in zip(name, name[1:], name[2:], strict=False):
        if sign in STOPS and is_han_or_mark(before) and is_han(after):
            return Problem(
                "name_dot",
                N_(
                    'Between the parts of a name stands "·". Enter it in place of "%(character)s"; two persons, or a '
                    "remark, need a cell of their own."
                ),
                {"character": sign},
            )
    return None


def _slip(name: str) -> tuple[Problem, ...]:
    """A warning of a letter of another script that is easily taken for the right one; the right one is offered."""
    if (found := slip_in(name)) is None:
        return ()
    sign, meant = found
    return (
        Problem(
            "name_lookalike",
            N_(
                '"%(character)s" (%(code)s) in this name is a sign of another script that '
                'looks like "%(instead)s". Enter "%(name)s" if that is meant.'
            ),
            {"character": sign, "code": f"U+{ord(sign):04X}", "instead": meant, "name": name.replace(sign, meant)},
            severity=Severity.WARNING,
        ),
    )


def _is_letter(character: str) -> bool:
    return is_han(character) or unicodedata.category(character).startswith("L")


def _character_problem(character: str) -> Problem | None:
    code, category = f"U+{ord(character):04X}", unicodedata.category(character)
    values = {"character": character, "code": code}
    if character in "?？\ufffd" or category == "Cs":
        return Problem(
            "name_character_lost",
            N_(
                "A character of this name was lost on the way (%(code)s). Enter the "
                "name again, or save the file as .xlsx or in UTF-8."
            ),
            {"code": code},
        )
    if category == "Co":
        return Problem(
            "name_private_use",
            N_(
                "The name has a private character (%(code)s) that other computers show "
                "differently. Enter the character of the standard."
            ),
            {"code": code},
        )
    if (0x2E80 <= ord(character) <= 0x2FD5 or 0x31C0 <= ord(character) <= 0x31E3) and instead_of(character):
        return Problem(
            "name_radical",
            N_('"%(character)s" (%(code)s) is the sign of a radical, not a character. Enter "%(instead)s".'),
            {**values, "instead": instead_of(character)},
        )
    is_allowed = _is_letter(character) or category[0] == "M" or character in DOT + _MARKS_OF_LATIN_NAMES
    if not is_allowed and instead_of(character):
        return Problem(
            "name_not_sign",
            N_('"%(character)s" (%(code)s) cannot be part of a name. Enter "%(instead)s" if that is meant.'),
            {**values, "instead": instead_of(character)},
        )
    return (
        None
        if is_allowed
        else Problem("name_character", N_('"%(character)s" (%(code)s) cannot be part of a name. Remove it.'), values)
    )


@dataclass(frozen=True)
class SplitName:
    """A name as family and given name; ``family`` is empty where the name has none (· names, other scripts)."""

    family: str
    given: str


def split_name(name: str) -> SplitName:
    """Split a Han name after its surname, compound surnames known; any other name is given whole."""
    units: Sequence[str]
    if COMMON_NAME.fullmatch(name):
        units = name  # no marks, no signs: each character stands for itself
    elif not name or DOT in name or not all(map(is_han_or_mark, name)):
        return SplitName("", name)
    else:
        units = _units(name)
    if len(units) > 2 and "".join(units[:2]) in COMPOUND_SURNAMES:
        return SplitName("".join(units[:2]), "".join(units[2:]))
    return SplitName(units[0], "".join(units[1:]))


def _units(name: str) -> list[str]:
    """Return the visible characters, each with the marks that belong to it."""
    units: list[str] = []
    for character in name:
        if units and (is_variation_selector(character) or unicodedata.category(character)[0] == "M"):
            units[-1] += character
        else:
            units.append(character)
    return units


def mask_name(name: str) -> str:
    """Return the name as lists outside the school show it: ``陈*``, ``欧阳**``, ``阿***·***``, ``J*** S****``.

    A Han name keeps its surname, any other name the first letter of each word, a · name only its very first character.
    A name of one character is hidden whole.
    """
    split = split_name(name)
    if split.family:
        return split.family + "*" * len(_units(split.given)) if split.given else "*"
    keeps_first_only = DOT in name
    words = re.split("([· ])", name)
    return "".join(_masked_word(word, place, keeps_first_only) for place, word in enumerate(words))


def _masked_word(word: str, place: int, keeps_first_only: bool) -> str:
    units = _units(word)
    if not units or word in (DOT, " "):
        return word
    if len(units) == 1 or keeps_first_only and place:
        return "*" * len(units)
    return units[0] + "*" * (len(units) - 1)
