"""Look at one HTML page as a browser, a screen reader and the content security policy do; name everything wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FIELDS = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "list",
    "form",
    "headers",
    "popovertarget",
    "aria-activedescendant",
    "aria-details",
)
UNFILLED = re.compile(r"%\(\w+\)[sd]")


def inspect_page(markup: str) -> list[str]:
    """Return what is wrong with a whole HTML page, in words; an empty list when nothing is."""
    root, errors = _read(markup)
    found = [f"line {place[0]}: invalid HTML: {code} {values or ''}".rstrip() for place, code, values in errors]
    for check in CHECKS:
        found += check(root)
    return found


def parse(markup: str) -> Element:
    """Return the element tree of a page, tag names without namespace."""
    return _read(markup)[0]


@lru_cache(maxsize=4)
def _read(markup: str) -> tuple[Element, list]:
    """A page and the parser's errors: what was inspected just now is not read again for its forms."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(markup), parser.errors


def text_of(element: Element) -> str:
    """All text inside, blanks joined."""
    return " ".join("".join(element.itertext()).split())


def _tags(root: Element, *names: str) -> Iterator[Element]:
    return (element for element in root.iter() if element.tag in names)


def _names(element: Element) -> str:
    """What a screen reader would say for a button or a link."""
    alternatives = [image.get("alt", "") for image in _tags(element, "img")]
    titles = [text_of(title) for title in _tags(element, "title")]
    return " ".join(
        [
            text_of(element),
            element.get("aria-label", ""),
            element.get("aria-labelledby", ""),
            element.get("title", ""),
            *alternatives,
            *titles,
        ]
    ).strip()


def _frame(root: Element) -> list[str]:
    found = []
    if not root.get("lang"):
        found.append("<html> has no lang")
    titles = [text_of(title) for title in root.findall("./head/title")]
    if len(titles) != 1 or not titles[0]:
        found.append(f"needs one <title> with text, has {titles}")
    if not any(meta.get("name") == "viewport" for meta in _tags(root, "meta")):
        found.append("no viewport: a phone would show the desktop page")
    if sum(1 for _ in _tags(root, "main")) != 1:
        found.append("needs one <main>")
    return found


def _headings(root: Element) -> list[str]:
    levels = [(int(element.tag[1]), text_of(element)) for element in _tags(root, *HEADINGS)]
    found = []
    if sum(1 for level, _ in levels if level == 1) != 1:
        found.append(f"needs one <h1>, has {[text for level, text in levels if level == 1]}")
    found += [f"<h{level}> without text" for level, text in levels if not text]
    for (before, _), (level, text) in zip(levels, levels[1:], strict=False):
        if level > before + 1:
            found.append(f"heading jumps from h{before} to h{level}: {text!r}")
    return found


def _ids(root: Element) -> list[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    found = [f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
    for element in root.iter():
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    found.append(f"<{element.tag} {attribute}={name!r}> points to nothing")
    return found


def _labels(root: Element) -> list[str]:
    labelled = {label.get("for") for label in _tags(root, "label") if text_of(label)}
    for label in _tags(root, "label"):
        if text_of(label):
            labelled |= {id(inside) for inside in _tags(label, *FIELDS)}
    found = []
    for element in _tags(root, *FIELDS):
        if element.tag == "input" and element.get("type", "text") in UNLABELLED_TYPES:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not named and element.get("id") not in labelled - {None} and id(element) not in labelled:
            found.append(f"<{element.tag} name={element.get('name')!r}> has no label")
    found += [
        f"<{element.tag} class={element.get('class')!r}> says nothing to a screen reader"
        for element in _tags(root, "a", "button")
        if not _names(element)
    ]
    found += ["<img> without alt" for image in _tags(root, "img") if image.get("alt") is None]
    found += [
        "<fieldset> without legend"
        for group in _tags(root, "fieldset")
        if not any(text_of(legend) for legend in _tags(group, "legend"))
    ]
    found += ["<th> without scope" for cell in _tags(root, "th") if not cell.get("scope")]
    return found


def _policy(root: Element) -> list[str]:
    """What the content security policy would block."""
    found = [f"inline <{element.tag}>" for element in _tags(root, "style")]
    found += [
        "inline <script>"
        for script in _tags(root, "script")
        if not script.get("src") and script.get("type") not in {"application/json", "application/geo+json"}
    ]
    for element in root.iter():
        for name, value in element.attrib.items():
            plain = str(name)
            if plain == "style" or (plain.startswith("on") and not plain.startswith("on-")):
                found.append(f"<{element.tag} {plain}=…> is inline style or script")
            if plain in {"href", "action", "formaction", "src"} and value.strip().lower().startswith("javascript:"):
                found.append(f"<{element.tag} {plain}> runs a script")
            if plain == "src" and re.match(r"(https?:)?//", value):
                found.append(f"<{element.tag} src={value!r}> comes from another place")
    return found


def _forms(root: Element) -> list[str]:
    found = []
    for form in _tags(root, "form"):
        if form.get("method", "get").lower() != "post":
            continue
        if not any(field.get("name") == "csrf_token" for field in _tags(form, "input")):
            found.append(f"<form action={form.get('action')!r}> posts without a CSRF token")
    return found


def _words(root: Element) -> list[str]:
    body = root.find("./body")
    found = UNFILLED.findall(text_of(body)) if body is not None else []
    return [f"unfilled text {text!r}" for text in found]


CHECKS = (_frame, _headings, _ids, _labels, _policy, _forms, _words)
