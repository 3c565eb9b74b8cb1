"""QR cards for whoever is chosen in a list of people; the cards themselves are attendance's."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from ..models import Child, Instructor, StudentUser

# They stand in the page's address; a whole course is chosen there.
MOST_AT_ONCE = 100
NAMES = {Child: "child", StudentUser: "student", Instructor: "instructor"}


class CardButton:
    """Goes to the page that prints the cards of those who are chosen."""

    def has_print_qr_cards_permission(self, request: HttpRequest) -> bool:
        """Whether the person hands cards out."""
        return bool(request.user.has_perm("attendance.add_card"))

    @action(permissions=["print_qr_cards"], description=gettext_lazy("Print QR cards for the selected"))
    def print_qr_cards(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Say who, and let the page print."""
        keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(keys) > MOST_AT_ONCE:
            sentence = _("Cards are printed for %(count)s chosen people at most at once; choose a course for more.")
            messages.error(request, sentence % {"count": MOST_AT_ONCE})
            return None
        chosen = urlencode([(NAMES[queryset.model], str(key)) for key in keys])
        return HttpResponseRedirect(f"{reverse('admin:attendance_card_print')}?{chosen}")
