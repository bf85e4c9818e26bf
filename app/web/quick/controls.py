"""WTForms: the attributes of controls, and the select of an enumeration."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from wtforms import Field
from wtforms.widgets import Input, Select, html_params
from wtforms.widgets.core import clean_key

from app.web.quick import switch


def attributes(**values: Any) -> Markup:
    """The attributes of a control as WTForms writes them, ordered by name; its own function takes a form longer than
    everything else about it."""
    if not switch.on:
        return html_params(**values)
    written = []
    for name, value in sorted(values.items()):
        if value is True:
            written.append(clean_key(name))
        elif value is not False:
            written.append('{}="{}"'.format(clean_key(name), str(escape(value)).replace('"', "&quot;")))
    return Markup(" ".join(written))  # noqa: S704  escaped part by part


Input.html_params = staticmethod(attributes)  # where WTForms looks for it


class Options(Select):
    """The select of a ChoiceField as WTForms writes it, in one go: it has no groups, and its options no attributes."""

    def __call__(self, field: Field, **values: Any) -> str:
        if not switch.on:
            return super().__call__(field, **values)
        for name in self.validation_attrs:
            if getattr(field.flags, name, None) is not None:
                values.setdefault(name, getattr(field.flags, name))
        chosen = field.data or ""
        options = "".join(
            [
                f'<option {"selected " if value == chosen else ""}value="{escape(value)}">'
                f"{escape(text or value)}</option>"
                for value, text in field.pairs()
            ]
        )
        return Markup(f"<select {attributes(name=field.name, **{'id': field.id, **values})}>{options}</select>")  # noqa: S704  escaped part by part
