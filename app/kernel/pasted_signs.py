"""Signs that a word processor leaves in pasted text, brought to the plain signs that every font has.

Word writes its bullets, ticks and arrows in the fonts Symbol and Wingdings; pasted, they arrive as private codes
(U+F020 to U+F0FF) that stand for nothing without that font. What has a plain sign becomes it, here and only here; what
has none stays as it is and is named at its field (app/web/printable.py). In a name a private code never becomes another
sign: nobody knows which character it was.
"""

from __future__ import annotations

import re

BULLET = "•"

_PRIVATE = 0xF000
# From the code on, one sign for each; ␣ stands for a code without a plain sign. What Word itself puts into text
# (bullets of lists, ticks, smileys and arrows of its automatic correction) is Wingdings, the rest Symbol.
_RUNS = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙ☺ΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "␣αβχδεφγηιϕκ•μ•□□□□•••••☒␣␣{|}~",
    0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9E: "·•␣○○○◉◎○•□",
    0xA9: "▲✦★←↑→↓°±″≥×∝∂•÷≠≡≈…│─␣ℵ␣ℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅•",
    0xD9: "▲▼◀▶▲▼←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩↔↕↖↗↙↘▭▫✗✓☒☑",
}
_CODES = {
    _PRIVATE + first + place: sign for first, run in _RUNS.items() for place, sign in enumerate(run) if sign != "␣"
}
_CODES |= {_PRIVATE + 0x4C: "☹", _PRIVATE + 0x4B: "☺"}

_INVISIBLE = "\u200b\u2060\ufeff\ufffc\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
# Signs that no font of the papers has, and the one that has the same meaning.
_PLAIN = {
    **dict.fromkeys("➢➣➤⮚⧫🔹🔸❍", BULLET),
    **dict.fromkeys("✔✅", "✓"),
    **dict.fromkeys("✘🗙🗶", "✗"),
    **dict.fromkeys("❏❐❑❒🗆", "□"),
    **dict.fromkeys("🗵🗷", "☒"),
    **dict.fromkeys("✶✩✫✬✭✮✯✰🌟", "★"),
    **dict.fromkeys("➔➙➛➜➞➟➠➥➦➧➨➩➪➫➬➭➮➯➱➲➳➵➸➺➻➼➽➾🡒🡪🠖", "→"),
    **dict.fromkeys("🡐🡨🠔", "←"),
    **dict.fromkeys("🡑🡩", "↑"),
    **dict.fromkeys("🡓🡫", "↓"),
    **dict.fromkeys("❗❕", "！"),
    **dict.fromkeys("❓❔", "？"),
    "➕": "+",
    "➖": "−",
    "➗": "÷",
    **dict.fromkeys("\u2028\u2029\v\f", "\n"),
    **dict.fromkeys(_INVISIBLE, ""),
    **dict.fromkeys(_BLANKS, " "),
}
_TABLE = _CODES | {ord(sign): plain for sign, plain in _PLAIN.items()}
_CHANGED = re.compile("[" + "".join(map(re.escape, map(chr, _TABLE))) + "]\ufe0e?\ufe0f?")
# A bullet in front of a line: a round sign, or the bare letter that plain text keeps of a symbol font before its tab.
_IN_FRONT = re.compile(r"^([ \t\u3000]*)(?:[●◆❖▪‣⚬⬧⬥⬩∙⁃⦁⚫⬤🔴🔵]\ufe0f?[ \t\u3000]*|[•·o§Øüvnlu¡]\t+[ \t]*)", re.M)


def plain_signs(text: str, *, name: bool = False) -> str:
    """Return ``text`` with the signs of pasted lists as plain ones: "\uf0b7 sits" becomes "• sits". A private code in a
    ``name`` stays, to be refused."""
    if text.isascii() and "\t" not in text and "\v" not in text and "\f" not in text:
        return text
    kept = _CODES if name else {}
    text = _CHANGED.sub(lambda found: found[0] if ord(found[0][0]) in kept else _TABLE[ord(found[0][0])], text)
    return _IN_FRONT.sub(rf"\1{BULLET} ", text)
