"""Every reason why a paper is not printed, and what is missing on the machine, said to a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from app.kernel.problems import N_, S_, Problem, Refused


class PrintRefused(Refused):
    """Nothing was printed; ``problems`` says why."""


def missing_character(character: str, found_in: str) -> Problem:
    """No font draws ``character``; ``found_in`` is a piece of the text around it."""
    if unicodedata.category(character) == "Co":
        message = S_(
            "missing_character.private",
            "“%(text)s”: the character %(code_point)s is a private code that only one machine's font can draw. "
            "Type the name again with the official character.",
        )
    else:
        message = S_(
            "missing_character",
            "“%(text)s”: no installed font can draw the character %(character)s (%(code_point)s). "
            "Check that it is typed right; if it is, ask the administrator to install a font that has it.",
        )
    code_point = f"U+{ord(character):04X}"
    shown = "□" if unicodedata.category(character) == "Cs" else character
    values = {"text": found_in, "character": shown, "code_point": code_point}
    return Problem("missing_character", message, values)


def unprintable_signs(found: Sequence[tuple[str, int, int]], more: int, one_line: bool) -> Problem:
    """No font draws these signs of what somebody wants to save, each with its line and place; `more` are not named."""
    kinds = {unicodedata.category(sign) for sign, _line, _place in found}
    if kinds <= {"Co", "Cs"}:
        message = S_(
            "unprintable_sign.private",
            "Private codes that other computers and the printer cannot show: %(signs)s. Delete them, or type "
            "the right sign.",
        )
    elif all(kind[0] in "LM" for kind in kinds):
        message = S_(
            "unprintable_sign.letters",
            "Letters that no font of the papers has: %(signs)s. Write the words in Chinese or in pinyin.",
        )
    else:
        message = S_("unprintable_sign", "Cannot be printed: %(signs)s. Delete it, or say it in words.")
    signs = [_sign(*one, one_line) for one in found]
    listed = signs.pop()
    if more:
        listed = Problem("more", N_("%(sign)s and %(count)s more"), {"sign": listed, "count": more})
    for sign in reversed(signs):
        listed = Problem("listed", N_("%(first)s, %(rest)s"), {"first": sign, "rest": listed})
    return Problem("unprintable_sign", message, {"signs": listed})


def _sign(character: str, line: int, place: int, one_line: bool) -> Problem:
    message = (
        S_("sign", "%(character)s (%(code_point)s, sign %(place)s)")
        if one_line
        else S_("sign.line", "%(character)s (%(code_point)s, line %(line)s, sign %(place)s)")
    )
    shown = "□" if unicodedata.category(character) in {"Cs", "Co"} else character
    return Problem(
        "sign", message, {"character": shown, "code_point": f"U+{ord(character):04X}", "line": line, "place": place}
    )


def more_missing_characters(count: int) -> Problem:
    """``count`` more characters without a glyph, not listed one by one."""
    return Problem("more_missing_characters", N_("%(count)s more characters cannot be printed."), {"count": count})


def too_many_pages(pages: int, limit: int) -> Problem:
    """The document was laid out and has more pages than allowed."""
    message = S_(
        "too_many_pages",
        "The document has %(pages)s pages; at most %(limit)s can be printed at once. Print it in parts.",
    )
    return Problem("too_many_pages", message, {"pages": pages, "limit": limit})


def too_much_text(length: int, limit: int) -> Problem:
    """The document holds more characters than fit the allowed pages."""
    message = S_(
        "too_much_text",
        "The document has %(length)s characters; at most %(limit)s can be printed at once. Shorten the text.",
    )
    return Problem("too_much_text", message, {"length": length, "limit": limit})


def too_complex() -> Problem:
    """The document is nested too deeply or its tables are too wide to lay out."""
    return Problem("too_complex", N_("The document is too complicated to print. Simplify its lists and tables."))


def too_long(seconds: int) -> Problem:
    """Rendering overran its time or memory and was stopped after ``seconds`` at the latest."""
    message = S_(
        "too_long", "Printing took longer than %(seconds)s seconds and was stopped. Print fewer pages at once."
    )
    return Problem("too_long", message, {"seconds": seconds})


def out_of_memory() -> Problem:
    """Rendering needed more memory than the process is given."""
    return Problem("out_of_memory", N_("Printing needed too much memory and was stopped. Print fewer pages at once."))


def crashed() -> Problem:
    """The render process ended or failed in a way nobody foresaw; the log has the details."""
    message = S_(
        "crashed", "Printing failed and nothing was printed. Try again; if it fails again, tell the administrator."
    )
    return Problem("crashed", message)


def missing_font(family: str, package: str) -> Problem:
    """The font ``family`` is not on this machine; ``package`` (Debian) or a file brings it."""
    message = S_("missing_font", "The font %(family)s is missing. Install %(package)s.")
    return Problem("missing_font", message, {"family": family, "package": package})


def missing_library(library: str, package: str) -> Problem:
    """The shared ``library`` that prints is not on this machine; ``package`` (Debian) brings it."""
    message = S_("missing_library", "The library %(library)s is missing. Install the package %(package)s.")
    return Problem("missing_library", message, {"library": library, "package": package})
