"""Amounts of money in whole fen (1 yuan = 100 fen), never in floating point."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.kernel.problems import N_, Checked, refused

FEN_PER_YUAN = 100


def split_evenly(fen: int, parts: int) -> list[int]:
    """Split ``fen`` into ``parts`` amounts that differ by at most one fen and add up exactly; larger ones first.

    Raises ValueError for fewer than one part. A negative amount splits as its positive does.
    """
    if parts < 1:
        raise ValueError("an amount is split into at least one part")
    each, over = divmod(abs(fen), parts)
    sign = -1 if fen < 0 else 1
    return [sign * (each + (place < over)) for place in range(parts)]


def split_by(fen: int, weights: Sequence[int]) -> list[int]:
    """Split ``fen`` in proportion to whole ``weights`` (largest remainder), exactly.

    The fen left over go to the largest remainders, of equal ones to the earliest. Raises ValueError when a weight is
    negative or all are zero.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights are zero or more and not all zero")
    sign = -1 if fen < 0 else 1
    shares = [divmod(abs(fen) * weight, total) for weight in weights]
    over = abs(fen) - sum(share for share, _ in shares)
    favoured = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))[:over]
    return [sign * (share + (place in favoured)) for place, (share, _) in enumerate(shares)]


def format_yuan(fen: int) -> str:
    """Return the amount in yuan: ``1,250`` or ``312.50``; two decimals only when there are fen."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan:,}" + (f".{rest:02}" if rest else "")


def format_amount(fen: int) -> str:
    """Return the amount in yuan with both decimals, as a column of a claim shows it: ``80.00``."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02}"


def parse_yuan(value: object) -> Checked[int]:
    """Read an amount in yuan with at most two decimals and return fen. Empty gives no value and no problem.

    Takes 1250, 1,250.5, ¥1250 and 1250元. A number with more than two decimals is refused, not rounded.
    """
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    if not text:
        return Checked(None)
    match = re.fullmatch(r"[¥¥]?\s*([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2})0*)?\s*元?", text)
    if match is None:
        return refused(
            "amount_unreadable",
            N_('"%(text)s" is not an amount. Write yuan with at most two decimals, for example 312.50.'),
            text=text[:40],
        )
    return Checked(int(match[1].replace(",", "")) * FEN_PER_YUAN + int((match[2] or "0").ljust(2, "0")))
