"""A test client that looks at every page it gets, and fills in forms as a browser does."""

from __future__ import annotations

from contextvars import Context

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.inspection import inspect_page, parse, text_of

ORIGIN = "https://localhost"


class InspectingClient(FlaskClient):
    """Opens pages over HTTPS (the cookies are Secure) and fails on any page that inspection finds fault with.

    A request has an application context of its own, as on a server, also where the test holds one: else it would share
    the test's session, and a page showed a row as an earlier request had read it for as long as anything held it.

    A part of a page, fetched by script (request header HX-Request), is not inspected as a page.
    Set `inspects = False` to look at a page that is wrong on purpose.
    """

    inspects = True

    def open(self, *args, **kwargs) -> TestResponse:
        kwargs.setdefault("base_url", ORIGIN)
        response = Context().run(super().open, *args, **kwargs)
        if self.inspects and response.mimetype == "text/html" and response.get_data():
            if response.request.headers.get("HX-Request") is None and not 300 <= response.status_code < 400:
                faults = inspect_page(response.get_data(as_text=True))
                assert not faults, f"{response.request.path}:\n  " + "\n  ".join(faults)
        return response

    def submit(self, path: str, form: str | None = None, follow: bool = True, **values) -> TestResponse:
        """Open `path`, fill the form whose id or action is `form` (default: the only one that posts), send it.

        Fields keep what the page filled in; `values` replaces by name; None takes a field out; a list sends several.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path}: {page.status_code}"
        action, fields = read_form(page.get_data(as_text=True), form)
        for name, value in values.items():
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = value
        uploads = any(hasattr(value, "read") or isinstance(value, tuple) for value in fields.values())
        return self.post(
            action or path,
            data=fields,
            follow_redirects=follow,
            headers={"Origin": ORIGIN, "Referer": ORIGIN + path},
            content_type="multipart/form-data" if uploads else None,
        )


def read_form(markup: str, wanted: str | None = None) -> tuple[str, dict[str, object]]:
    """Return (action, fields as filled in) of a form in a page; AssertionError when there is not exactly one."""
    forms = [form for form in parse(markup).iter("form") if form.get("method", "get").lower() == "post"]
    if wanted is not None:
        forms = [form for form in forms if wanted in (form.get("id"), form.get("action"))]
    else:
        # Every signed-in page carries the small forms of its frame (sign out, language): look inside <main> first.
        inside = [
            form
            for main in parse(markup).iter("main")
            for form in main.iter("form")
            if form.get("method", "get").lower() == "post"
        ]
        forms = inside or forms
    assert len(forms) == 1, f"{len(forms)} forms match {wanted!r}; name one by id or action"
    return forms[0].get("action", ""), fields_in(forms[0])


def fields_in(form) -> dict[str, object]:
    """The fields of a form element, as filled in; radio buttons and boxes only when they are chosen."""
    fields: dict[str, object] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "input":
            kind = element.get("type", "text")
            if kind in {"submit", "button", "image", "reset", "file"}:
                continue
            if kind in {"checkbox", "radio"}:
                if element.get("checked") is None:
                    continue
                _add(fields, name, element.get("value", "on"))
            else:
                _add(fields, name, element.get("value", ""))
        elif element.tag == "textarea":
            _add(fields, name, "".join(element.itertext()))
        elif element.tag == "select":
            _read_select(element, name, fields)
    return fields


def _read_select(element, name: str, fields: dict[str, object]) -> None:
    options = list(element.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and element.get("multiple") is None:
        chosen = options[:1]
    for option in chosen:
        value = option.get("value")
        _add(fields, name, text_of(option) if value is None else value)


def _add(fields: dict[str, object], name: str, value: str) -> None:
    if name not in fields:
        fields[name] = value
    elif isinstance(fields[name], list):
        fields[name].append(value)
    else:
        fields[name] = [fields[name], value]
