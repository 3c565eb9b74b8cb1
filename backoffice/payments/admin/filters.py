"""Filters of the lists of money."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.users.models import CustomUser


class OwesFilter(SimpleListFilter):
    """Places that still owe, and those that don't."""

    title = _("balance")
    parameter_name = "owes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [("yes", _("Still owes")), ("no", _("Owes nothing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the balance, which the list has at hand."""
        match self.value():
            case "yes":
                return queryset.filter(balance__gt=0).exclude(status="refunded")
            case "no":
                return queryset.filter(balance__lte=0)
        return queryset


class CashierFilter(SimpleListFilter):
    """Payments by who of the staff recorded them; the system's are those of imports."""

    title = _("recorded by")
    parameter_name = "recorded_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The staff; families never record a payment."""
        staff = CustomUser.objects.filter(is_staff=True).order_by("first_name", "last_name")
        return [("none", _("The system")), *((str(user.pk), str(user)) for user in staff)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The person's payments."""
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == "none":
            return queryset.filter(recorded_by__isnull=True)
        return queryset.filter(recorded_by__in=[one for one, _name in self.lookup_choices if one == chosen])
