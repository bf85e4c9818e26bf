"""Make the Chinese catalogue: `python -m app.translations.build [--check | --compile-only] [--quiet]`.

Without an option it writes messages.po and messages.mo, the sentences by code, and lists what is missing; `--check`
writes nothing and ends with 1 when a message has no Chinese, two parts contradict each other, placeholders differ, or
rows may keep a code that has no sentence.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.kernel.sentences import SENTENCES
from app.translations import codes
from app.translations.catalogue import Joined, extract, join, read_parts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PO = HERE / "zh_Hans/LC_MESSAGES/messages.po"
MO = PO.with_suffix(".mo")
KEPT = ROOT / "tests/house/codes.json"
HEADER = "# Simplified Chinese catalogue of Yian, put together from app/translations/parts.\n"


def build(root: Path = ROOT, parts: Path = HERE / "parts") -> Joined:
    """Return the joined catalogue of the working tree at `root`."""
    chinese, origin, conflicts = read_parts(parts)
    joined = join(extract(root), chinese, origin)
    joined.conflicts = conflicts
    found = codes.find_codes(root)
    joined.sentences = found.sentences
    joined.codes = found.contradictions + codes.broken(kept_codes(), found.sentences)
    return joined


def kept_codes() -> dict[str, str]:
    """The codes that rows may keep, each with the names of its values; nothing where the tests are not installed."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def po_text(catalog: Catalog) -> str:
    """Return the catalogue as the text of a .po file that changes only when a message changes."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False)
    meta = 'msgid ""\nmsgstr ""\n' + "".join(
        f'"{line}\\n"\n'
        for line in (
            "Language: zh_Hans",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "Plural-Forms: nplurals=1; plural=0;",
        )
    )
    return HEADER + meta + "\n" + buffer.getvalue().decode("utf-8")


def write(joined: Joined) -> None:
    """Write messages.po, messages.mo and the sentences by code; the kept list of codes grows by the new ones."""
    SENTENCES.write_text(codes.as_text(joined.sentences), encoding="utf-8")
    if KEPT.parent.exists():
        KEPT.write_text(codes.as_text(codes.grown(kept_codes(), joined.sentences)), encoding="utf-8")
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(po_text(joined.catalog), encoding="utf-8")
    compile_only()


def compile_only() -> None:
    """Write messages.mo from messages.po, in one step so that a reader never sees half a file."""
    catalog = read_po(io.BytesIO(PO.read_bytes()), locale="zh_Hans")
    unfinished = MO.with_suffix(".mo.new")
    with unfinished.open("wb") as stream:
        write_mo(stream, catalog)
    unfinished.replace(MO)


def report(joined: Joined, with_unused: bool = True) -> str:
    """Return what is wrong, in lines for a person."""
    titles = [
        ("without Chinese", joined.missing),
        ("contradicting parts", joined.conflicts),
        ("placeholders differ", joined.placeholders),
        ("codes of sentences", joined.codes),
    ]
    if with_unused:
        titles.append(("in a part but used nowhere", joined.unused))
    lines = []
    for title, found in titles:
        if found:
            lines += [f"{title}: {len(found)}", *(f"  {line}" for line in found)]
    lines.append(f"{len(joined.catalog)} messages, {len(joined.missing)} without Chinese")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.translations.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, end with 1 when incomplete")
    parser.add_argument("--compile-only", action="store_true", help="only messages.po -> messages.mo")
    parser.add_argument("--quiet", action="store_true", help="print nothing when all went well")
    options = parser.parse_args(arguments)
    if options.compile_only:
        compile_only()
        return 0
    joined = build()
    if not options.check:
        write(joined)
    if not options.quiet or (options.check and not joined.complete):
        print(report(joined))
    return 1 if options.check and not joined.complete else 0


if __name__ == "__main__":
    sys.exit(main())
