"""Gather the messages, join them with their Chinese, and say what is missing. No files are written here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

_NO_LINE = cast(int, None)
"""Babel writes a place without its line then, which its types do not know."""

# One message id: a plain one, or (singular, plural).
MessageId = str | tuple[str, str]

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [
    ("**.py", "app.translations.python:messages"),
    *((f"**.{ending}", "jinja2") for ending in ("html", "txt", "xml", "ics")),
]
OPTIONS = {"**.html": {"silent": "false", "trimmed": "true"}}
SKIPPED_FOLDERS = {"translations", "static", "__pycache__", "node_modules"}

PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[#0\- +]*\d*(?:\.\d+)?(?P<kind>[sdifrxeg%])")
BRACE = re.compile(r"\{(\w*)(?:[:!][^{}]*)?\}")


@dataclass(kw_only=True)
class Joined:
    """A catalogue and everything that is wrong with it; each list holds lines ready to print."""

    catalog: Catalog
    missing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    sentences: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True when every message has one Chinese text with the same placeholders, and every kept code a sentence."""
        return not (self.missing or self.conflicts or self.placeholders or self.codes)


def extract(root: Path, folders: Iterable[str] = ("app", "templates")) -> Catalog:
    """Return the template catalogue of all messages under `root`/`folders`, in a fixed order, without dates."""
    template = Catalog(fuzzy=False, charset="utf-8")
    for folder in folders:
        start = root / folder
        if not start.is_dir():
            continue
        found = extract_from_dir(
            start,
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
            directory_filter=lambda path: Path(path).name not in SKIPPED_FOLDERS,
        )
        for name, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
            if message and (message[0] if isinstance(message, tuple) else message):
                # Without line numbers: they would change the kept file with every edit of the code.
                template.add(
                    message,
                    locations=[(f"{folder}/{Path(name).as_posix()}", _NO_LINE)],
                    auto_comments=comments,
                    context=context,
                )
    return template


def read_parts(folder: Path) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Read all parts: (key -> Chinese, key -> part that said it first, contradictions between parts).

    A message with a context is written `context␄message` with the character U+0004 between, as in .mo files.
    Raises ValueError when a file is no JSON object of texts.
    """
    chinese: dict[str, str] = {}
    origin: dict[str, str] = {}
    conflicts: list[str] = []
    for path in sorted(folder.glob("*.json")):
        part = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
            raise ValueError(f"{path.name}: a part is one JSON object, English message to Chinese text")
        for key, value in part.items():
            if not value.strip():
                continue
            if key in chinese and chinese[key] != value:
                conflicts.append(f"{key!r}: {origin[key]} says {chinese[key]!r}, {path.stem} says {value!r}")
                continue
            chinese[key] = value
            origin.setdefault(key, path.stem)
    return chinese, origin, conflicts


def placeholders(text: str) -> list[str]:
    """Return the placeholders of `text` in sorted order: `%(name)`, `%s`, `{name}`."""
    found = [
        match.group(0) if match["name"] is None else f"%({match['name']})"
        for match in PERCENT.finditer(text)
        if match["kind"] != "%"
    ]
    found += ["{" + match.group(1) + "}" for match in BRACE.finditer(text)]
    return sorted(found)


def join(template: Catalog, chinese: Mapping[str, str], origin: Mapping[str, str]) -> Joined:
    """Return the Chinese catalogue of every message of `template`, and what is missing, unused or wrongly filled."""
    joined = Joined(catalog=Catalog(locale="zh_Hans", fuzzy=False, project="Yian", charset="utf-8"))
    used: set[str] = set()
    for message in template:
        if not message.id:
            continue
        ids: Sequence[str] = (message.id,) if isinstance(message.id, str) else message.id
        keys = [f"{message.context}\x04{text}" if message.context else text for text in ids]
        used.update(keys)
        key = next((key for key in keys if key in chinese), None)
        if key is None:
            joined.missing.append(f"{keys[0]!r} ({', '.join(sorted({place for place, _ in message.locations}))})")
        elif all(set(placeholders(chinese[key])) != set(placeholders(text)) for text in ids):
            joined.placeholders.append(f"{key!r} -> {chinese[key]!r} ({origin[key]})")
        text = chinese.get(key, "") if key else ""
        joined.catalog.add(
            message.id,
            (text,) if isinstance(message.id, tuple) else text,
            locations=message.locations,
            flags=message.flags,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    joined.unused = [f"{key!r} ({origin[key]})" for key in chinese if key not in used]
    return joined
