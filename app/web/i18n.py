"""Language of a request: the user's choice, else the browser's, else Chinese; and the quick way to its words."""

from __future__ import annotations

from flask import g, has_request_context, request, session
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from markupsafe import Markup

LANGUAGES = {"zh_Hans": "中文", "en": "English"}
TAGS = {"zh_Hans": "zh-CN", "en": "en"}


def select_locale() -> str:
    if not has_request_context():
        return "zh_Hans"
    if "locale" not in g:
        chosen = session.get("language")
        if chosen not in LANGUAGES:
            best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "en", "en-US", "en-GB"])
            chosen = "en" if best and best.startswith("en") else "zh_Hans"
        g.locale = chosen
    return g.locale


def other_language() -> tuple[str, str]:
    """Code and own name of the language the switch leads to."""
    code = "en" if select_locale() == "zh_Hans" else "zh_Hans"
    return code, LANGUAGES[code]


def spoken() -> str | None:
    """Code of the language in which this page is written ("zh", "en"), None outside pages: what Flask-Babel's
    `get_locale` says, read where it keeps it. A list asks hundreds of times."""
    try:
        kept = g._get_current_object().__dict__.get("_flask_babel")
    except RuntimeError:
        return None
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return locale.language if locale else None


class Words(Domain):
    """Flask-Babel's catalogue, found by the language's code: a list asks for hundreds of words, and parsing and naming
    the locale for each of them took longer than the list itself."""

    def __init__(self) -> None:
        super().__init__()
        self._loaded: dict[str, object] = {}
        self._said: dict[str | None, dict[str, str]] = {}

    def get_translations(self):
        code = spoken()
        found = self._loaded.get(code)
        if found is None:
            found = super().get_translations()
            if code:
                self._loaded[code] = found
        return found

    def gettext(self, string, **variables):
        if not string:  # the catalogue keeps its own header under the empty text
            return ""
        code = spoken()
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


words = Words()
gettext = words.gettext
"""`from app.web.i18n import gettext as _`: as Flask-Babel's, without asking the application for the catalogue."""


@pass_eval_context
def template_words(context, text: str, /, **values) -> str:
    """`_("...")` in a template: as Jinja's own newstyle gettext (values are escaped, %% is a percent sign).

    The text itself is markup: what a person typed is a value, or goes through the filter `said`.
    """
    found = words.gettext(text)
    if context.autoescape:
        found = Markup(found)  # noqa: S704  our own words
    return found % values if values or "%" in found else found
