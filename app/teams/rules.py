"""What families wish of the teachers who come: musts become needs of the visit, wishes make other teams dearer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from app.schools.types import TeacherSex
from app.teams.types import FamilyWishes, Member

_SEPARATORS = re.compile(r"[\s,，、;；/]+")


def split_needs(text: str | None) -> tuple[str, ...]:
    """The words of a service's needs or of a teacher's skills, each once, in order."""
    return tuple(sorted({word for word in _SEPARATORS.split((text or "").strip()) if word}))


SEX_WORDS = {TeacherSex.FEMALE: "女教师", TeacherSex.MALE: "男教师"}
"""The engine's word for a team in which there is a woman or a man, as a skill of its own."""

WISHED = 60
"""Minutes of travel in a repeating plan that a wish is worth, as much as the team that a child is used to."""


def skills_of(member: Member) -> frozenset[str]:
    """What a teacher brings: skills, languages, and the word for being a woman or a man."""
    return frozenset(member.skills) | ({SEX_WORDS[member.sex]} if member.sex else set())


def musts(wishes: FamilyWishes | None) -> frozenset[str]:
    """The words without which nobody comes."""
    if wishes is None:
        return frozenset()
    sex = {SEX_WORDS[wishes.sex]} if wishes.sex and wishes.sex_must else set()
    return frozenset(sex | (set(wishes.words) if wishes.words_must else set()))


def soft(wishes: FamilyWishes | None) -> frozenset[str]:
    """The words that are wished and may be missing."""
    if wishes is None:
        return frozenset()
    sex = {SEX_WORDS[wishes.sex]} if wishes.sex and not wishes.sex_must else set()
    return frozenset(sex | (set() if wishes.words_must else set(wishes.words)))


def disliked(wishes: FamilyWishes | None, teams: Mapping[str, Collection[str]]) -> dict[str, int] | None:
    """Minutes that each team costs more, by its id; None where nothing is wished. `teams`: the words of each team."""
    wished = soft(wishes)
    if not wished:
        return None
    return {team: WISHED * len(wished - set(words)) for team, words in teams.items() if wished - set(words)}


def met(wishes: Iterable[tuple[FamilyWishes, Collection[Collection[str]]]]) -> tuple[int, int]:
    """Of families with a wish or a must: how many have it met by every team that comes, and how many there are.
    Each is told with the words of the teams that come."""
    rows = [(musts(one) | soft(one), teams) for one, teams in wishes]
    return sum(all(words <= set(team) for team in teams) for words, teams in rows if words), sum(
        bool(words) for words, _teams in rows
    )
