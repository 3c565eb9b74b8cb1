"""What a manager says about a report that is to be sent."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.courses.models import Weekday
from backoffice.shared.form_fields import LineField
from backoffice.shared.text import ascii_digits
from backoffice.users.models import CustomUser

from .access import may_receive
from .definition import Report
from .models import FileKind, Period, ReportSchedule, Rhythm
from .services import Plan


class MonthDayField(forms.IntegerField):
    """A day of the month, in either digits."""

    def to_python(self, value: Any) -> int | None:
        """The number, or the sentence why it is none."""
        return super().to_python(ascii_digits(value) if isinstance(value, str) else value)


class ScheduleForm(forms.Form):
    """How often, about which days, in which form, to whom; what doesn't fit the rhythm is left aside."""

    name = LineField(label=_("Name"), help_text=_("For the list of schedules; it doesn't stand in the letters."))
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, widget=UnfoldAdminSelectWidget)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), choices=[("", "—"), *Weekday.choices], coerce=int, empty_value=None, required=False,
        help_text=_("For every week."), widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    month_day = MonthDayField(
        label=_("Day of the month"), required=False, min_value=1, max_value=31,
        help_text=_("For every month; the last day where a month is shorter."),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "dir": "ltr"}),
    )  # fmt: skip
    period = forms.ChoiceField(label=_("About"), choices=Period.choices, widget=UnfoldAdminSelectWidget)
    kind = forms.ChoiceField(label=_("File"), choices=FileKind.choices, widget=UnfoldAdminSelectWidget)
    recipients = forms.ModelMultipleChoiceField(
        CustomUser.objects.none(), label=_("Sent to"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, *args: Any, report: Report, schedule: ReportSchedule | None = None, **kwargs: Any) -> None:
        if schedule is not None:
            names = ("name", "rhythm", "weekday", "month_day", "period", "kind")
            kwargs["initial"] = {name: getattr(schedule, name) for name in names}
            kwargs["initial"]["recipients"] = list(schedule.recipients.values_list("pk", flat=True))
        super().__init__(*args, **kwargs)
        chosen = Q(pk__in=may_receive(report).values("pk"))
        if schedule is not None:
            # Who may no longer have it stays on the list, to be taken off by a person.
            chosen |= Q(pk__in=schedule.recipients.values("pk"))
        people = CustomUser.objects.filter(chosen).order_by("first_name", "last_name", "pk")
        self.fields["recipients"].queryset = people  # type: ignore[attr-defined]
        if not report.filters.has_days():
            self.fields["period"].choices = Period.choices[:1]  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What was said, for the service."""
        given = self.cleaned_data
        return Plan(
            name=given["name"],
            kind=given["kind"],
            rhythm=given["rhythm"],
            recipients=list(given["recipients"]),
            weekday=given["weekday"],
            month_day=given["month_day"],
            period=given["period"],
        )
