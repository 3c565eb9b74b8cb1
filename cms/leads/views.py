"""Where the form is sent to, and what is answered: nothing that was typed is lost, whatever is wrong with it."""

import logging
import math
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.courses.models import Course
from backoffice.enrollments.models import Lead
from backoffice.enrollments.services import submit_lead
from backoffice.shared.addresses import client_address
from backoffice.shared.errors import DomainError

from . import rates
from .form import LeadForm

#: Bytes of a whole form: a message of nothing but emoji takes 24,000, written as browsers send it.
LONGEST_SENT: Final = 64 * 1024

logger = logging.getLogger(__name__)


class _TokenCheck(CsrfViewMiddleware):
    """Django's own check, which says what is wrong and leaves the answer to us."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


@csrf_exempt  # Checked below: Django's own page would throw away what was typed.
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def leave_number(request: HttpRequest) -> HttpResponse:
    """GET, POST /leads/ and /en/leads/: the form by itself; a number that is left leads on to a page of thanks."""
    if request.method != "POST":
        return _form_page(request, LeadForm(course=_course(request.GET.get("course"))))
    address = client_address(request)
    if wait := rates.SENT.wait_of(address):
        if rates.FLOOD.wait_of(address):
            return _later(render(request, "429.html", status=429), wait)
        return _too_often(request, _read(request) if _is_short(request) else LeadForm(), wait)
    form = _read(request)
    if _TokenCheck(leave_number).process_view(request, _keep, (), {}) is not None:
        form.add_error(
            None, _("Your browser didn't show that this comes from our page. Send it once more, or call us.")
        )
        return _form_page(request, form)
    if form.is_trapped:
        logger.info("a form whose hidden field was filled in: nothing is kept")
        return redirect("lead-thanks")
    return _keep(request, form, address)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """GET /leads/thanks/: we are going to call."""
    return render(request, "cms/lead_thanks.html")


def _keep(request: HttpRequest, form: LeadForm, address: str) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form)
    if wait := rates.wait_to_leave(number=form.cleaned_data["phone_number"], address=address):
        return _too_often(request, form, wait)
    source = Lead.Source.COURSE if form.course else Lead.Source.CONTACT
    try:
        submit_lead(form.wish, course=form.course, source=source, language=get_language() or "ar")
    except DomainError as error:
        form.add_error(error.field, str(error))
        return _form_page(request, form)
    return redirect("lead-thanks")


def _form_page(request: HttpRequest, form: LeadForm) -> HttpResponse:
    return render(request, "cms/lead.html", {"lead_form": form})


def _too_often(request: HttpRequest, form: LeadForm, wait: float) -> HttpResponse:
    """Said with the numbers to call, and with all that was typed where we read it."""
    return _later(render(request, "cms/lead.html", {"lead_form": form, "too_often": True}, status=429), wait)


def _later(response: HttpResponse, wait: float) -> HttpResponse:
    response.headers["Retry-After"] = str(math.ceil(wait))
    return response


def _read(request: HttpRequest) -> LeadForm:
    return LeadForm(request.POST, course=_course(request.POST.get("course")))


def _is_short(request: HttpRequest) -> bool:
    """Whether what is sent can have come from the form, in which no more can be typed."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return length.isdecimal() and int(length) <= LONGEST_SENT


def _course(key: str | None) -> Course | None:
    """The course that is asked about; what is no course's key is passed over, for the number is what counts."""
    try:
        return Course.objects.filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None
