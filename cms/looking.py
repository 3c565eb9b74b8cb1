"""How visitors look for a course: a form that is sent by GET, so that what was found has an address."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course, Season, Tag, Weekday
from backoffice.shared.text import ascii_digits

OLDEST: Final = 120


class AgeField(forms.IntegerField):
    """An age in any digits."""

    def to_python(self, value: Any) -> int | None:
        """٩ is 9."""
        typed = ascii_digits(value) if isinstance(value, str) else value
        age: int | None = super().to_python(typed)
        return age


class CourseSearch(forms.Form):
    """Season, age, weekday, tag, and whether a seat must be free; what isn't filled in doesn't matter."""

    season = forms.ModelChoiceField(
        Season.objects.filter(is_active=True), label=_("Season"), required=False, empty_label=_("All seasons")
    )
    tag = forms.ModelChoiceField(Tag.objects.all(), label=_("Subject"), required=False, empty_label=_("All subjects"))
    weekday = forms.TypedChoiceField(
        choices=[("", _("Any day")), *Weekday.choices], label=_("Day"), required=False, coerce=int, empty_value=None
    )
    age = AgeField(label=_("Age"), required=False, min_value=2, max_value=OLDEST)
    seats = forms.BooleanField(label=_("Only with free seats"), required=False)

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, auto_id="look-%s", **kwargs)
        self.fields["tag"].queryset = Tag.objects.filter(courses__is_active=True).distinct()  # type: ignore[attr-defined]
        self.fields["age"].widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 3, "maxlength": 3})

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return any(value not in (None, "", False) for value in getattr(self, "cleaned_data", {}).values())

    def found(self, courses: QuerySet[Course]) -> QuerySet[Course]:
        """The courses asked for; a field with rubbish in it is shown as wrong and left out."""
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
