"""A heading for comparing. parsing.py, a process of its own, uses it too, so nothing of the application is imported."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
_NOTE = re.compile(r"[\r\n]+\s*(?:注|说明|备注|填写|格式|如[:：]|例).*", re.DOTALL)
_NUMBER = re.compile(r"^\s*(?:[①-⑳]|[0-9]{1,3}\s*[.、．)）]|[(（][0-9]{1,3}[)）])\s*(?=\D)")
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|〔.*?〕|\{.*?\}", re.DOTALL)
_MARKS = re.compile(r"_x000[dDaA]_|[\s*:·_★☆▲△●◆※#√,;。、]")
_MUST = re.compile(r"(?<=..)(?:必填项?|选填项?|必录)$")


def plain_heading(text: str) -> str:
    """Half width, without numbering, notes, blanks, stars and colons, words in brackets, and "必填" at its end."""
    text = unicodedata.normalize("NFKC", _NUMBER.sub("", _NOTE.sub("", text[:LONGEST])))
    bare = _BRACKETS.sub("", text)
    plain = _MARKS.sub("", bare if bare.strip() else text)
    if not plain.isprintable():
        plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    if (at := plain.find("(")) > 0:  # a bracket that nobody closed
        plain = plain[:at]
    return _MUST.sub("", plain)
