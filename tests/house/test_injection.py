"""What people type is text, never a template: marks of template languages in every text field of every form.

Every form that a role meets on its way through the demo is sent with the marks in all its text fields at once and in
each alone. Wherever they are shown again they stand as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.demo.accounts import PASSWORD
from tests.factories.accounts import sign_in
from tests.support.client import ORIGIN, read_form
from tests.support.inspection import parse

MARKS = "Q{{7*7}}Z${7*7}Y<%= 7*7 %>X"
WORKED_OUT = re.compile("Q49Z|Z49Y|Y49X")
RAW = "<%= 7*7 %>"
NAMED = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
ENDS = re.compile(r"sign-out|/account|/language|password|/active|/sessions")
"""Forms that would end the walk: the session, the account."""
MOST_PAGES = 90


def is_text(element) -> bool:
    """True for a field into which people write words."""
    if element.tag == "textarea":
        return True
    return (
        element.tag == "input"
        and element.get("type", "text") in {"text", "search", "tel"}
        and bool(element.get("name"))
    )


def walk(client) -> Iterator[tuple[str, str]]:
    """(path, markup) of one page of each kind that is reached by links."""
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < 4 * MOST_PAGES:
        path = waiting.pop(0)
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        markup = answer.get_data(as_text=True)
        yield answer.request.path, markup
        for link in re.findall(r'href="(/[^"#]*)"', markup):
            kind = NAMED.sub("<id>", link.split("?")[0])
            if kind not in seen and not ENDS.search(link) and len(seen) < MOST_PAGES:
                seen.add(kind)
                waiting.append(link)


def forms_of(markup: str) -> Iterator[tuple[str, dict, list[str]]]:
    """(action, fields as filled in, names of its text fields) of every form of a page that posts."""
    for form in parse(markup).iter("form"):
        wanted = form.get("id") or form.get("action")
        if form.get("method", "get").lower() != "post" or ENDS.search(form.get("action", "")):
            continue
        names = [element.get("name") for element in form.iter() if is_text(element) and element.get("name")]
        try:
            action, fields = read_form(markup, wanted)
        except AssertionError:  # several forms of one action: each is met on a page of its own too
            continue
        if names:
            yield action, fields, names


def send(client, path: str, action: str, fields: dict) -> str:
    """Post and return what is shown then. Errors of the program come through as they are."""
    answer = client.post(
        action or path,
        data={name: value for name, value in fields.items() if name != "form_key"},
        follow_redirects=True,
        headers={"Origin": ORIGIN, "Referer": ORIGIN + path},
    )
    assert answer.status_code in {200, 400, 401, 403, 404, 409, 413, 422, 429}, f"{action or path}: {answer.status}"
    return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""


@pytest.mark.parametrize("username", ["district", "teacher", "parent", "admin"])
def test_marks_of_templates_are_shown_as_they_were_typed(demo_app, username):
    client = demo_app.test_client()
    client.inspects = False
    sign_in(client, username, PASSWORD)
    tried, shown = set(), 0
    for path, markup in list(walk(client)):
        for action, fields, names in forms_of(markup):
            kind = NAMED.sub("<id>", action or path), tuple(names)
            if kind in tried:
                continue
            tried.add(kind)
            for chosen in [names, *([name] for name in names if len(names) > 1)]:
                page = send(client, path, action, fields | dict.fromkeys(chosen, MARKS))
                assert not WORKED_OUT.search(page) and RAW not in page, f"{action or path}: {chosen}"
                shown += "Q{{7*7}}Z" in page
    assert len(tried) >= 1 and (shown or username == "parent")
    for path, markup in walk(client):
        assert not WORKED_OUT.search(markup) and RAW not in markup, path
