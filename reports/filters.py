"""Filters of reports: plain forms read from the address, so a link shows the same thing to whoever may see it."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.courses.models import Course, Season
from backoffice.enrollments.models import PaymentMethod
from backoffice.shared.dates import cairo_today, day_begins
from backoffice.shared.form_fields import DayField
from backoffice.shared.text import ascii_digits
from backoffice.users.models import CustomUser


def month_begins() -> dt.date:
    """The first day of this month, in Cairo."""
    return cairo_today().replace(day=1)


def within(moment: str, given: Mapping[str, Any]) -> dict[str, dt.datetime]:
    """The lookups for rows whose moment lies in the period of the filters, both days included."""
    lookups = {}
    if given["first"]:
        lookups[f"{moment}__gte"] = day_begins(given["first"])
    if given["last"]:
        lookups[f"{moment}__lt"] = day_begins(given["last"] + dt.timedelta(days=1))
    return lookups


def of_course(given: Mapping[str, Any], path: str = "course") -> dict[str, Any]:
    """The lookups for rows of the filters' season and course, whose course lies at a path."""
    chosen = {f"{path}__season": given["season"], path: given["course"]}
    return {name: value for name, value in chosen.items() if value is not None}


def all_seasons() -> QuerySet[Season]:
    """The seasons, the newest first."""
    return Season.objects.order_by("-start_date")


class YearFilter(forms.CharField):
    """A year, in Arabic digits or Latin ones; this year to begin with."""

    def __init__(self, *, label: Any) -> None:
        attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
        widget = UnfoldAdminTextInputWidget(attrs=attrs)
        super().__init__(label=label, widget=widget, initial=lambda: str(cairo_today().year))

    def clean(self, value: Any) -> int:
        """The year, or the sentence why it can't be one."""
        typed = ascii_digits(super().clean(value)).strip()
        if not re.fullmatch(r"20[0-9]{2}", typed):
            raise ValidationError(_("Write a year such as 2026."), code="year_unreadable")
        return int(typed)


class MonthFilter(forms.CharField):
    """A month such as 2026-11, in Arabic digits or Latin ones; this month to begin with."""

    def __init__(self, *, label: Any) -> None:
        attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
        widget = UnfoldAdminTextInputWidget(attrs=attrs)
        super().__init__(label=label, widget=widget, initial=lambda: f"{cairo_today():%Y-%m}")

    def clean(self, value: Any) -> dt.date:
        """The month's first day, or the sentence why it can't be read."""
        typed = ascii_digits(super().clean(value)).strip()
        if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", typed):
            raise ValidationError(_("Write a month such as 2026-11."), code="month_unreadable")
        return dt.date.fromisoformat(f"{typed}-01")


class ChoiceFilter(forms.ChoiceField):
    """One of a few, or all of them."""

    def __init__(self, *, choices: Any, label: Any, required: bool = False, **kwargs: Any) -> None:
        both = list(choices) if required else [("", _("All")), *choices]
        super().__init__(choices=both, label=label, required=required, widget=UnfoldAdminSelectWidget, **kwargs)

    def words_of(self, value: Any) -> Any:
        """What the choice is called."""
        return next((words for code, words in self.widget.choices if code == value), value)


#: Into what a period is parted, if it is.
BY_WHOLE: Final = (("whole", _("Whole period")), ("month", _("Month")), ("week", _("Week")))


class RowFilter(forms.ModelChoiceField):
    """One row of a table, or all of them."""

    def __init__(self, queryset: Any, *, label: Any) -> None:
        super().__init__(queryset, label=label, required=False, empty_label=_("All"), widget=UnfoldAdminSelectWidget)


class Filters(forms.Form):
    """The filters of a report; what the address doesn't name is as it begins (`initial`)."""

    use_required_attribute = False

    @classmethod
    def read(cls, address: QueryDict) -> Self:
        """The filters as the address has them."""
        begins = {name: field.prepare_value(_begins(field)) for name, field in cls.base_fields.items()}
        given = {name: address.get(name, first) for name, first in begins.items()}
        return cls(data={name: value for name, value in given.items() if value is not None})

    def kept(self, *, exactly: bool = False) -> str:
        """The filters as an address to keep: these fields alone, in one spelling, and none that stands as it begins.

        So "this month" is next month's then; kept `exactly`, the days stay those of now. Of valid filters only.
        """
        kept = {}
        for name, field in self.fields.items():
            value, begins = self.cleaned_data[name], _begins(field)
            if begins is not None:
                begins = field.clean(field.prepare_value(begins))
            moves = callable(field.initial)
            if (value or None) != begins or (exactly and moves):
                kept[name] = _spelled(value, field)
        return urlencode(kept)

    @classmethod
    def has_days(cls) -> bool:
        """Whether there is a day, a month or a year among them that begins as today's."""
        return any(callable(field.initial) for field in cls.base_fields.values())

    def said(self) -> Iterator[tuple[str, str]]:
        """What was filtered by, in words: what stands above a sheet and on the paper."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value not in (None, ""):
                words = field.words_of(value) if isinstance(field, ChoiceFilter) else value
                yield str(field.label), f"{words:%Y-%m-%d}" if isinstance(words, dt.date) else str(words)


def _begins(field: forms.Field) -> Any:
    return field.initial() if callable(field.initial) else field.initial


def _spelled(value: Any, field: forms.Field) -> str:
    """A cleaned value as its field reads it again."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}" if isinstance(field, MonthFilter) else value.isoformat()
    return "" if value is None else str(getattr(value, "pk", value))


class Period(Filters):
    """From one day of the centre's calendar to another, both included; this month to begin with."""

    first = DayField(label=_("From day"), required=False, initial=month_begins)
    last = DayField(label=_("To day"), required=False, initial=cairo_today)

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins has nothing to show, and is most often a slip of the hand."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return given


class OfCourse(Filters):
    """Of a season, a course or all."""

    season = RowFilter(all_seasons(), label=_("Season"))
    course = RowFilter(Course.objects.order_by("name", "pk"), label=_("Course"))


class OfMethod(Filters):
    """Of one method of payment."""

    method = ChoiceFilter(choices=PaymentMethod.choices, label=_("Method"))


class AsOf(Filters):
    """As things stood at the end of a day."""

    day = DayField(label=_("At the end of"), initial=cairo_today)

    def clean_day(self) -> dt.date:
        """Nobody knows what comes."""
        day: dt.date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("This day hasn't come yet: choose today or an earlier one."))
        return day


class StaffFilter(RowFilter):
    """One of the staff, or all."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(CustomUser.objects.filter(is_staff=True).order_by("first_name", "last_name"), label=label)
