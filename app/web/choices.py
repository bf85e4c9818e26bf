"""Fields that offer something to choose from. What is offered is given as pairs of value and words, or by heading as a
mapping to such pairs; WTForms wants objects of its own, and those are made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import wtforms
from flask_babel import LazyString
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm

Pairs = Iterable[tuple[object, str]]
Offer = Pairs | Mapping[str, Pairs]
Label: TypeAlias = str | LazyString
Checks = Iterable[Callable[[BaseForm, wtforms.Field], None]]  # WTForms' validators


def offered(offer: Offer) -> list[SelectChoice]:
    """The choices of an offer; those of a mapping stand under its headings."""
    if isinstance(offer, Mapping):
        return [
            SelectChoice(value, words, optgroup=heading) for heading, pairs in offer.items() for value, words in pairs
        ]
    return [SelectChoice(value, words) for value, words in offer]


class _Offering(wtforms.Field):
    """`choices` takes an offer, or a function that makes one anew for each form; None until there is one."""

    def __init__(
        self,
        label: Label | None = None,
        validators: Checks | None = None,
        *,
        choices: Offer | Callable[[], Offer] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(label, validators, **values)
        self.choices = choices

    @property
    def choices(self) -> list[SelectChoice] | None:
        return wtforms.SelectField.choices.fget(self)

    @choices.setter
    def choices(self, offer: Offer | Callable[[], Offer] | None) -> None:
        made = (lambda: offered(offer())) if callable(offer) else None if offer is None else offered(offer)
        wtforms.SelectField.choices.fset(self, made)


class SelectField(_Offering, wtforms.SelectField):
    """One of a list."""


class RadioField(_Offering, wtforms.RadioField):
    """One of a list, each with a button of its own."""


class SelectMultipleField(_Offering, wtforms.SelectMultipleField):
    """Any number of a list."""
