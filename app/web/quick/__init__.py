"""Quick ways past slow paths of libraries, each writing to the letter what the library writes.

`templates`: how Jinja escapes a value (a private method of its compiler). `controls`: how WTForms writes attributes and
a select (a function set on its class). `words`: how Flask-Babel finds the language and the catalogue (a private name in
`g`). They hang on the versions in the lock file; so they stand here alone, and one setting, `QUICK`, turns all of them
off, with the remembered addresses of `app.web.urls`. tests/house/test_quick.py compares whole pages with and without.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Switch:
    """Whether this process takes the quick ways; `create_app` sets it, by the setting."""

    on: bool = True


switch = Switch()
