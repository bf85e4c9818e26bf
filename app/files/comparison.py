"""Two files side by side, as the page that merges them and the page of the record show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.access import Actor
from app.children.actions import unchanged
from app.children.models import Child
from app.children.taking import Offer, offers_of
from app.db import db
from app.files.actions.merging import NUMBER, parting_problems
from app.files.queries.merging import Filed, filed, head_of, written_since
from app.files.rules import first_choice, merge_problems
from app.files.standing import KeptMerge
from app.files.wording import Counted, Said, counted_of, key_words, offered, said_by
from app.kernel.problems import N_, Problem
from app.roll.queries import find_number


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the page of merging shows: the file that would be kept and the second one, what they say, how much stands
    in each, why it may not be, and what may be taken over."""

    kept: Filed
    second: Filed
    said: Said
    counted: Counted
    problems: tuple[Problem, ...] = ()
    offers: list[tuple[Offer, str, str]] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What the page showed."""
        return self.kept.seen + self.second.seen

    @property
    def differs(self) -> bool:
        """True when name, sex or birth date are not the same: nothing forbids it, a person looks twice."""
        one, other = self.kept.child, self.second.child
        return (one.name, one.sex, one.birth_on) != (other.name, other.sex, other.birth_on)


@dataclass(frozen=True, kw_only=True)
class Parting:
    """What undoing a merging would do: why it may not be, what goes back, what stays with the kept file because it was
    changed since, and how many lines its timeline has gained since."""

    problems: tuple[Problem, ...]
    back: list[str]
    stays: list[str]
    lines: int


def compare(actor: Actor, child: Child, other: Child, keep: str, today: date) -> Comparison:
    """Both files, loaded in sight; `keep` is the id of the one to keep, or anything else for the likelier one."""
    one, two = filed(actor, child, today), filed(actor, other, today)
    first = {str(child.id): one.side, str(other.id): two.side}.get(keep) or first_choice(one.side, two.side)
    kept, second = (one, two) if first is one.side else (two, one)
    return Comparison(
        kept=kept,
        second=second,
        said=said_by(head_of(kept.child), head_of(second.child)),
        counted=counted_of(kept.counts, second.counts),
        problems=merge_problems(kept.side, second.side),
        offers=offered([*offers_of(kept.child, second.child), *_number(kept.child, second.child)]),
    )


def _number(kept: Child, second: Child) -> list[Offer]:
    """The student number, where only the second file has one. It is not shown: the roll shows it masked."""
    if find_number(second.id) is None or find_number(kept.id) is not None:
        return []
    return [Offer(NUMBER, N_("National student number"), second.file_number)]


def recorded(merge: KeptMerge) -> tuple[Said, Counted] | None:
    """What both files said then, and how much stood in them; None when the record does not fit its hash."""
    told = merge.snapshot
    if not told:
        return None
    return said_by(told["kept"], told["second"]), counted_of(told["kept"]["counts"], told["second"]["counts"])


def parting_of(actor: Actor, child: Child, merge: KeptMerge) -> Parting:
    """What undoing would do."""
    second = db.session.get_one(Child, merge.row.merged_id)
    taken = merge.snapshot.get("taken", {})
    back = {*unchanged(child, taken), *({NUMBER} & taken.keys())}
    named = [key for key in taken if key not in ("document_kind", "document_missing_reason")]
    return Parting(
        problems=parting_problems(actor, merge, child, second),
        back=[key_words(key) for key in named if key in back],
        stays=[key_words(key) for key in named if key not in back],
        lines=written_since(merge.row),
    )
