"""What is looked at in a parsed document before it is laid out.

Layout is the dear part, and a glyph that no font has is drawn as a box and extracted as another character. Both are
found here from the parsed tree, which is the very tree that would be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from app.kernel.problems import Problem
from app.printing.problems import too_complex, too_much_text
from app.printing.unprintable import Coverage, find_unprintable

MAX_TEXT = 200_000
MAX_DEPTH = 90
SUBSTITUTE = "〓"
"""Stands for a character that cannot be printed, as in Chinese typesetting for a type that was not at hand."""

Note = Sequence[str]
"""What is said behind words with one such character, and with more, their number written as a bar."""

_UNSEEN = {"style", "script", "template"}
_NOTELESS = {"title", "svg", "{http://www.w3.org/2000/svg}svg"}
_SHOWN_ATTRIBUTES = ("alt", "value", "placeholder")


def find_problems(root: Element, covered: Coverage, note: Note | None = None) -> list[Problem]:
    """Return why the document under ``root`` must not be laid out; an empty list means it may.

    With ``note`` a character without a glyph is no reason: it is replaced, and the note says so in its place.
    """
    texts = []
    for element, depth in _walk(root):
        if depth > MAX_DEPTH or _too_wide(element):
            return [too_complex()]
        texts += _texts(element)
    length = sum(map(len, texts))
    if length > MAX_TEXT:
        return [too_much_text(length, MAX_TEXT)]
    if note is None:
        return find_unprintable(texts, covered)
    missing = covered.missing_characters("".join(texts))
    if missing:
        _substitute(root, f"[{re.escape(''.join(missing))}]", note)
    return []


def _substitute(root: Element, missing: str, note: Note) -> None:
    """Put a sign that every font has for each run of characters without a glyph, and the note behind the words.

    Texts that are set small and over again (title, running headers) and drawings get the sign only.
    """
    bare = {
        inner
        for element, _depth in _walk(root)
        if element.tag in _NOTELESS or _is_running(element)
        for inner, _ in _walk(element)
    }

    def replaced(text: str | None, noted: bool) -> str | None:
        if not text or not (count := len(re.findall(missing, text))):
            return text
        kept = re.sub(rf"{missing}(?:\s*{missing})*", SUBSTITUTE, text)
        return f"{kept.rstrip()} {note[count > 1].replace('|', str(count))} " if noted else kept

    for element, _depth in list(_walk(root)):
        for name in _SHOWN_ATTRIBUTES:
            if said := replaced(element.get(name), False):
                element.set(name, said)
        if element.tag not in _UNSEEN and isinstance(element.tag, str):
            element.text = replaced(element.text, element not in bare)
        element.tail = replaced(element.tail, element not in bare)


def _is_running(element: Element) -> bool:
    return "running" in (element.get("class") or "").split()


def _walk(root: Element) -> Iterator[tuple[Element, int]]:
    """Yield every element with its depth, in document order, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting += [(child, depth + 1) for child in reversed(element)]


def _too_wide(element: Element) -> bool:
    """True when a cell spans 100 or more rows or columns: each spanned one is laid out by itself."""
    spans = (element.get("colspan", ""), element.get("rowspan", ""), element.get("span", ""))
    return any(re.match(r"\s*\+?0*[1-9][0-9]{2,}", span, re.ASCII) for span in spans)


def _texts(element: Element) -> list[str]:
    found = [element.get(name) for name in _SHOWN_ATTRIBUTES]
    if element.tag not in _UNSEEN and isinstance(element.tag, str):
        found.append(element.text)
    found.append(element.tail)
    return [text for text in found if text]
