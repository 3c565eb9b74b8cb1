"""How visitors look for a course: a form that is sent by GET, so that what was found has an address."""

from typing import Any, Final

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, DateField, QuerySet, Value, Window
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course, Season, Tag, Weekday
from backoffice.shared.text import ascii_digits

OLDEST: Final = 120
MOST_DIGITS: Final = 6


class AgeField(forms.IntegerField):
    """An age in any digits."""

    def to_python(self, value: Any) -> int | None:
        """٩ is 9."""
        typed = ascii_digits(value) if isinstance(value, str) else value
        age: int | None = super().to_python(typed)
        return age


class CourseSearch(forms.Form):
    """Season, age, weekday, tag, and whether a seat must be free; what isn't filled in doesn't matter."""

    season = forms.ChoiceField(label=_("Season"), required=False)
    tag = forms.ChoiceField(label=_("Subject"), required=False)
    weekday = forms.TypedChoiceField(
        choices=[("", _("Any day")), *Weekday.choices], label=_("Day"), required=False, coerce=int, empty_value=None
    )
    age = AgeField(
        label=_("Age"),
        required=False,
        min_value=2,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 3, "maxlength": 3}),
    )
    seats = forms.BooleanField(label=_("Only with free seats"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="look-%s", label_suffix="")
        seasons, tags = _choices()
        self.fields["season"].choices = [("", _("All seasons")), *seasons]  # type: ignore[attr-defined]
        self.fields["tag"].choices = [("", _("All subjects")), *tags]  # type: ignore[attr-defined]

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return any(value not in (None, "", False) for value in getattr(self, "cleaned_data", {}).values())

    def page(self, courses: QuerySet[Course], number: str | None, size: int) -> tuple[list[Course], Page[int]]:
        """The courses asked for that stand on a page, and that page among the others; one query.

        A page that isn't there is the first one.
        """
        rows: Any = self._found(courses).annotate(total=Window(Count("pk")))
        first = max(int(number) - 1, 0) * size if number and number.isdecimal() and len(number) < MOST_DIGITS else 0
        shown = list(rows[first : first + size]) or (list(rows[:size]) if first else [])
        total = shown[0].total if shown else 0
        return shown, Paginator(range(total), size).get_page(number)

    def _found(self, courses: QuerySet[Course]) -> QuerySet[Course]:
        """A field with rubbish in it is shown as wrong and left out."""
        self.is_valid()
        asked = self.cleaned_data
        rows: Any = courses
        if asked.get("season"):
            rows = rows.filter(season=asked["season"])
        if asked.get("tag"):
            rows = rows.filter(pk__in=Tag.courses.through.objects.filter(tag=asked["tag"]).values("course"))
        if asked.get("weekday") is not None:
            rows = rows.on_weekday(asked["weekday"])
        if asked.get("age") is not None:
            rows = rows.for_age(asked["age"])
        if asked.get("seats"):
            rows = rows.filter(turn=0)
        found: QuerySet[Course] = rows
        return found


def _choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Seasons that are active, the newest first, and the tags of courses that run; one query for both."""
    # PostgreSQL takes a bare NULL for a text.
    nothing = Cast(Value(None), DateField(null=True))
    tags = Tag.objects.filter(courses__is_active=True).order_by().distinct()
    seasons = Season.objects.filter(is_active=True).order_by()
    rows = list(seasons.values_list("pk", "name", "start_date").union(tags.values_list("pk", "name", nothing)))
    dated = sorted((row for row in rows if row[2]), key=lambda row: row[2], reverse=True)
    undated = sorted((row for row in rows if not row[2]), key=lambda row: row[1])
    return [(str(pk), name) for pk, name, _day in dated], [(str(pk), name) for pk, name, _day in undated]
