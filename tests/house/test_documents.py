"""What README, CONTRIBUTING and the guides name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = "app|tests|templates|static|migrations|docs|script|benchmarks"
NAMED = re.compile(rf"(?<![\w./-])((?:{FOLDERS})/[\w./*-]*)")
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_names_is_there(guide):
    text = guide.read_text(encoding="utf-8")
    named = {name.rstrip(".") for name in NAMED.findall(text) if "<" not in name}
    missing = [name for name in sorted(named) if not list(ROOT.glob(name.rstrip("/")))]
    missing += [link for link in LINKED.findall(text) if not (guide.parent / link).exists()]
    assert missing == []


def test_the_tests_of_the_house_that_are_named_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+\.py)`", text))
    assert len(named) > 10 and [name for name in named if not (ROOT / "tests/house" / name).exists()] == []
