"""Flask-Babel: the language of the page and the words of its catalogue. A list asks hundreds of times."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import g
from flask_babel import Domain, get_locale

from app.db.base import here
from app.web.quick import switch


def spoken() -> str | None:
    """Code of the language in which this page is written ("zh", "en"), None outside pages: what Flask-Babel's
    `get_locale` says, read where it keeps it."""
    try:
        kept = here(g).__dict__.get("_flask_babel")
    except RuntimeError:
        return None
    locale = (switch.on and getattr(kept, "babel_locale", None)) or get_locale()
    return locale.language if locale else None


class Words(Domain):
    """Flask-Babel's catalogue, found by the language's code: parsing and naming the locale for each of hundreds of
    words took longer than the list itself."""

    def __init__(self) -> None:
        super().__init__()
        self._loaded: dict[str | None, NullTranslations] = {}
        self._said: dict[str | None, dict[str, str]] = {}

    def get_translations(self) -> NullTranslations:
        code = spoken() if switch.on else None
        found = self._loaded.get(code)
        if found is None:
            found = super().get_translations()
            if code:
                self._loaded[code] = found
        return found

    def gettext(self, string: str, **variables: object) -> str:
        if not string:  # the catalogue keeps its own header under the empty text
            return ""
        code = spoken() if switch.on else None
        said = self._said.get(code)
        found = said.get(string) if said else None
        if found is None:
            found = self._look_up(code, string)
        return found % variables if variables else found

    def _look_up(self, code: str | None, string: str) -> str:
        """The catalogue's words for a text; those that stand in it are kept, so never what a person wrote."""
        found = self.get_translations().ugettext(string)
        if code and found != string:
            self._said.setdefault(code, {})[string] = found
        return found
