"""Amounts and numbers as every staff screen shows them: they keep their direction inside Arabic text."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display as unfold_display

from ..phones import local_form

type Column = Callable[..., Any]


def money(amount: Decimal | None) -> SafeString | str:
    """An amount in EGP with two decimals and its thousands apart; nothing for none."""
    if amount is None:
        return ""
    return format_html('<bdi dir="ltr" class="money">{}</bdi>', number_format(amount, 2, force_grouping=True))


def left_to_right(text: object) -> SafeString | str:
    """A code, a receipt's number or another's: Arabic around it doesn't turn it over."""
    return format_html('<bdi dir="ltr">{}</bdi>', text) if text else ""


def phone(number: object) -> SafeString | str:
    """A phone number as it is dialled at home."""
    return left_to_right(local_form(str(number))) if number else ""


def badge(text: object, colour: str = "") -> SafeString:
    """A word in its colour (`success`, `warning`, `danger`, `info`, `primary`, or grey); in lists and pages alike."""
    return render_to_string("unfold/helpers/label.html", {"text": text, "type": colour})


def display(*, label: Mapping[Any, str] | bool | None = None, **options: Any) -> Callable[[Column], Column]:
    """Unfold's `display`, but a `label` is right on an object's page too: there Unfold prints `('paid', 'Paid')`.

    The method returns `(key, words)` or the words alone; `label` maps keys to the colours of `badge`.
    """

    def decorate(column: Column) -> Column:
        @wraps(column)
        def coloured(*args: Any) -> Any:
            value = column(*args)
            key, words = value if isinstance(value, tuple) else (value, value)
            colours = label if isinstance(label, Mapping) else {}
            return badge(words, colours.get(key, "")) if words else ""

        shown: Column = unfold_display(**options)(coloured if label else column)
        return shown

    return decorate


def two_lines(first: object, second: object) -> SafeString:
    """Two lines in one cell, the second smaller."""
    if not second:
        return format_html("{}", first)
    return format_html('{}<div class="text-xs opacity-70">{}</div>', first, second)
