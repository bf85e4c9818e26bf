"""Sentences by their code: what is stored names a sentence by a code, and its words are looked up when it is shown.

`sentences.json` is put together from the places where sentences are declared (`app/translations/codes.py`);
`former.json` holds sentences as they stood in rows that were written before codes were kept, and is never edited: a
sentence that is worded anew is found through it for as long as such a row exists.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SIGN = "§"
SENTENCES, FORMER = HERE / "sentences.json", HERE / "former.json"


@cache
def sentences() -> dict[str, str]:
    """English sentence by code."""
    kept: dict[str, str] = json.loads(SENTENCES.read_text(encoding="utf-8"))
    return kept


@cache
def former() -> dict[str, str]:
    """Codes (with blanks between, the first where nothing else tells) by the text that rows kept in their place."""
    kept: dict[str, str] = json.loads(FORMER.read_text(encoding="utf-8"))
    return kept


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, text in sentences().items():
        found[text] = (*found.get(text, ()), code)
    return found


def sentence_of(code: str | None) -> str | None:
    """The sentence of a code, None for a code that this version does not know."""
    return sentences().get(code) if code else None


def code_of(text: str, usual: str = "") -> str | None:
    """The code of a sentence; of several `usual`, or one that begins with it. None for a text that is not declared."""
    if usual and sentences().get(usual) == text:
        return usual
    codes = _codes().get(text, ())
    return next((code for code in codes if code.startswith(f"{usual}.")), next(iter(codes), None))


def present(text: str, usual: str = "") -> str:
    """A text from a row of before codes, as it is worded now; any other text as it is. `usual`: the problem's code."""
    return sentence_of(former_code(text, usual)) or text


def own(sentence: str) -> str:
    """A sentence of ours for a column that holds persons' words too: its code behind a sign that nobody writes."""
    code = code_of(sentence)
    return f"{SIGN}{code}" if code else sentence


def words_of(text: str) -> str:
    """What such a column says: the words of today for one of ours, a person's words as they are."""
    return (sentence_of(text[1:]) or text) if text.startswith(SIGN) else present(text)


def former_code(text: str, usual: str = "") -> str | None:
    """The code of a text from a row of before codes; None for words that were never ours."""
    codes = former().get(text, "").split()
    return usual if usual in codes else next(iter(codes), None)
