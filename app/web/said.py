"""The words of WTForms and Flask-WTF themselves ("Not a valid choice."), in ours: their own Chinese is half of it word
by word ("选择无效：无法转化类型") and half of it missing. tests/house/test_said.py wants every one of them here."""

from __future__ import annotations

from app.kernel.problems import N_
from app.web.i18n import words

_REQUIRED = N_("This field is required.")
_CHOICE = N_("Not a valid choice.")
_WRONG = N_("This is not understood. Check it.")
_RELOAD = N_("This page was open for too long. Open it again.")

OURS = {
    "This field is required.": _REQUIRED,
    "Invalid field name '%s'.": N_("The field '%s' is missing here."),
    "Field must be equal to %(other_name)s.": N_("This must be the same as %(other_name)s."),
    "Field must be at least %(min)d character long.": N_("Enter at least %(min)d signs."),
    "Field must be at least %(min)d characters long.": N_("Enter at least %(min)d signs."),
    "Field cannot be longer than %(max)d character.": N_("At most %(max)d signs fit here. Shorten it."),
    "Field cannot be longer than %(max)d characters.": N_("At most %(max)d signs fit here. Shorten it."),
    "Field must be exactly %(max)d character long.": N_("Enter exactly %(max)d signs."),
    "Field must be exactly %(max)d characters long.": N_("Enter exactly %(max)d signs."),
    "Field must be between %(min)d and %(max)d characters long.": N_("Enter %(min)d to %(max)d signs."),
    "Number must be at least %(min)s.": N_("Enter a number of at least %(min)s."),
    "Number must be at most %(max)s.": N_("Enter a number of at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("Enter a number from %(min)s to %(max)s."),
    "Date must be at least %(min)s.": N_("Enter a day from %(min)s on."),
    "Date must be at most %(max)s.": N_("Enter a day up to %(max)s."),
    "Date must be between %(min)s and %(max)s.": N_("Enter a day from %(min)s to %(max)s."),
    "Invalid input.": _WRONG,
    "Invalid email address.": N_("This is no e-mail address. Check it."),
    "Invalid IP address.": N_("This is no network address. Check it."),
    "Invalid Mac address.": N_("This is no device address. Check it."),
    "Invalid URL.": N_("This is no web address. Check it."),
    "Invalid UUID.": _WRONG,
    "Invalid value, must be one of: %(values)s.": N_("Choose one of these: %(values)s."),
    "Invalid value, can't be any of: %(values)s.": N_("Choose something other than %(values)s."),
    "This field cannot be edited.": N_("This cannot be changed here."),
    "This field is disabled and cannot have a value.": N_("This cannot be changed here."),
    "Invalid CSRF Token.": _RELOAD,
    "CSRF token missing.": _RELOAD,
    "CSRF failed.": _RELOAD,
    "CSRF token expired.": _RELOAD,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Choices cannot be None.": _CHOICE,
    "Not a valid choice.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "'%(value)s' is not a valid choice for this field.": _CHOICE,
    "'%(value)s' are not valid choices for this field.": _CHOICE,
    "Not a valid datetime value.": N_("Enter a day and a time, like 2026-09-01 08:30."),
    "Not a valid date value.": N_("Enter a day, like 2026-09-01."),
    "Not a valid time value.": N_("Enter a time, like 08:30."),
    "Not a valid week value.": N_("Enter a week, like 2026-W36."),
    "Not a valid integer value.": N_("Enter a whole number."),
    "Not a valid decimal value.": N_("Enter a number."),
    "Not a valid float value.": N_("Enter a number."),
    "File does not have an approved extension: {extensions}": N_("Choose a file of this kind: {extensions}"),
    "File does not have an approved extension.": N_("Files of this kind are not taken here. Choose another one."),
}


class Said:
    """What WTForms asks for its words."""

    def gettext(self, text: str) -> str:
        return words.gettext(OURS.get(text, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)
