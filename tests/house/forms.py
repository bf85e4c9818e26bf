"""The forms that a person meets on the way through the product, one of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException

from tests.support.inspection import parse

NAMED = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
LEAVES = re.compile(r"sign-out|/language")
MOST_PAGES = 90


@dataclass(frozen=True)
class Form:
    """A form as a page filled it in; `endpoint` is what takes it, `chosen` are the fields that offer a list."""

    endpoint: str
    action: str
    fields: dict
    chosen: frozenset[str] = frozenset()


def walk(client, most: int = MOST_PAGES) -> Iterator[tuple[str, str]]:
    """(path, markup) of one page of each kind that is reached by links."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path, follow_redirects=True, base_url="https://localhost")
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        markup = answer.get_data(as_text=True)
        yield answer.request.full_path.rstrip("?"), markup
        for link in re.findall(r'href="(/[^"#]*)"', markup):
            link = link.replace("&amp;", "&")
            kind = NAMED.sub("<id>", link.split("?")[0])
            if kind not in seen and not LEAVES.search(link) and len(seen) < most:
                seen.add(kind)
                waiting.append(link)


def forms_of(app, pages: list[tuple[str, str]]) -> list[Form]:
    """One of each kind of form that posts: by what takes it and the names of its fields."""
    found = {}
    adapter = app.url_map.bind("localhost", url_scheme="https")
    for path, markup in pages:
        for number, form in enumerate(parse(markup).iter("form")):
            if form.get("method", "get").lower() != "post":
                continue
            action = form.get("action") or path
            try:
                endpoint, _values = adapter.match(action.partition("?")[0], method="POST")
            except HTTPException:
                continue
            fields = fields_of(markup, number)
            found.setdefault(
                (endpoint, tuple(sorted(NAMED.sub("<id>", re.sub(r"\d+", "n", name)) for name in fields))),
                Form(endpoint, action, fields, _chosen(form)),
            )
    return list(found.values())


def _chosen(form) -> frozenset[str]:
    """The names of selects and of radio buttons."""
    offered = [*form.iter("select"), *(one for one in form.iter("input") if one.get("type") == "radio")]
    return frozenset(name for one in offered if (name := one.get("name")))


def fields_of(markup: str, number: int) -> dict:
    """The fields of the n-th form of a page, as filled in."""
    from tests.support import client

    form = list(parse(markup).iter("form"))[number]
    return client.fields_in(form)


def ids_of(app, pages: list[tuple[str, str]]) -> dict[str, object]:
    """A value for each name that addresses hold, as met in links and forms on the way."""
    found: dict[str, object] = {}
    adapter = app.url_map.bind("localhost", url_scheme="https")
    for _path, markup in pages:
        for address in re.findall(r'(?:href|action|hx-post|hx-get)="(/[^"#?]*)', markup):
            for method in ("GET", "POST"):
                try:
                    _endpoint, values = adapter.match(address, method=method)
                except HTTPException:
                    continue
                for name, value in values.items():
                    found.setdefault(name, value)
    return found
