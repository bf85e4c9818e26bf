"""Days and times that stay on one line of a narrow page: a line may end between any two Chinese characters, so also
within a weekday."""

from __future__ import annotations

import re

from markupsafe import Markup

_WHOLE = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:星期[一二三四五六日])?"
    r"|星期[一二三四五六日]"
    r"|周[一二三四五六日](?: \d\d-\d\d)?"
    r"|\d{4}-\d\d-\d\d"
    r"|\d\d:\d\d ?– ?\d\d:\d\d"
)
_TAG = re.compile(r"(<[^>]*>)")
_PLAIN = ("textarea", "option", "script", "style", "template", "title")
"""Elements that hold text alone."""


def unbroken(page: Markup) -> Markup:
    """A part of a page with every day and span of hours in its text marked as one word."""
    parts, inside = _TAG.split(page), ""
    for at, part in enumerate(parts):
        if at % 2:
            inside = _inside(part, inside)
        elif not inside and part:
            parts[at] = _WHOLE.sub(r'<span class="nowrap">\g<0></span>', part)
    return Markup("".join(parts))  # noqa: S704  our own markup, its text escaped already


def _inside(tag: str, inside: str) -> str:
    """The element of text alone in which what follows a tag stands; "" for none."""
    name = tag.strip("</>").split()[0].lower() if tag.strip("</> ") else ""
    if inside:
        return "" if tag.startswith(f"</{inside}") else inside
    return name if name in _PLAIN and not tag.startswith("</") else ""
