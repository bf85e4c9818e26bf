"""docs/glossary.md is true: what it names is there, and its English terms are the ones that pages use."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from app.translations import build

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in LINES
    if line.startswith("|") and not line.startswith(("| 中文", "|---"))
]
UNSEEN = {"一人一案"}
"""Terms that stand in the name of the product, on no page in both languages."""


def messages() -> list[tuple[str, str]]:
    """(English, Chinese) of every text of the house."""
    return [
        (english, message.string if isinstance(message.string, str) else message.string[0])
        for message in build.build().catalog
        if message.id
        for english in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]


MESSAGES = messages()


def lives(name: str) -> bool:
    """Whether a folder, a file, a class or its member is there."""
    if "/" in name:
        return (ROOT / name).exists()
    slice_, *inside = name.split(".")
    for part in (".models", ".types", ""):
        try:
            found = importlib.import_module(f"app.{slice_}{part}")
        except ModuleNotFoundError:
            continue
        for step in inside:
            found = getattr(found, step, None)
        if inside and getattr(found, "__module__", "").startswith(f"app.{slice_}."):
            return True
    return False


def test_the_lookup_knows_what_is_not_there():
    assert lives("plans.PlanGoal") and lives("roll.SchoolLink.ROLL") and lives("app/db/audit.py")
    assert not any(
        map(lives, ("plans.Nothing", "roll.SchoolLink.NONE", "nowhere.Thing", "accounts.Role", "app/nowhere", "plans"))
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_term_lives_where_the_glossary_says(row):
    names = re.findall(r"`([^`]+)`", row[3])
    assert names and all(map(lives, names)), f"{row[0]}: {[name for name in names if not lives(name)]} is not there"


@pytest.mark.parametrize("row", [row for row in ROWS if row[0] not in UNSEEN], ids=lambda row: row[1])
def test_pages_say_the_term_in_both_languages(row):
    said = re.compile(rf"\b{row[1].removesuffix('y')}", re.I)
    assert any(row[0] in chinese and said.search(english) for english, chinese in MESSAGES)


def test_each_term_stands_once():
    for column in (0, 1):
        terms = [row[column] for row in ROWS]
        assert sorted(set(terms)) == sorted(terms)


def test_no_page_and_no_document_says_it_in_other_words():
    refused = [word.strip() for row in ROWS for word in row[2].split(",") if word.strip()]
    known = re.compile(rf"\b({'|'.join(map(re.escape, refused))})", re.I)
    texts = [english for english, _chinese in MESSAGES]
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        if path.name != "glossary.md":
            texts += path.read_text(encoding="utf-8").splitlines()
    assert len(refused) > 10 and [text for text in texts if known.search(text)] == []


def test_a_school_is_closed_in_one_word():
    """停办 is a school that is closed; 撤销 is what somebody takes back."""
    told = [(english, chinese) for english, chinese in MESSAGES if re.search(r"\bclosed since", english)]
    assert told and [pair for pair in told if "school" in pair[0] and "停办" not in pair[1]] == []


NUMBER = r"%\((?:num|count|minutes|hours|days|most|least|size|line|total|visits)\)s"


def test_numbers_stand_apart_from_chinese_signs():
    """数字与汉字之间空一格；年月日之间不空。"""
    tight = re.compile(
        rf"[\u4e00-\u9fff]{NUMBER}|{NUMBER}[\u4e00-\u9fff]|[\u4e00-\u9fff][0-9]+(?![0-9年月日号])[\u4e00-\u9fff]"
    )
    assert [chinese for _english, chinese in MESSAGES if tight.search(chinese)] == []
