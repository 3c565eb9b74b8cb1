"""The pages of reports, within the staff admin; whoever opens them is signed in."""

from typing import Any, Final, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.payments.selectors.drawers import has_to_count
from backoffice.shared.errors import DomainError
from backoffice.shared.sheets.download import download
from backoffice.shared.text import ascii_digits
from backoffice.users.models import CustomUser

from .definition import Report
from .files import CONTENT_TYPES, Asked, written
from .filters import Filters
from .reading import Reading
from .registry import reports, reports_for
from .screen import Screen
from .trail import record_export

PER_PAGE: Final = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reports that the person may see; who may see none has no such page."""
    mine = reports_for(request.user)
    if not mine:
        raise Http404
    groups: dict[str, list[Report]] = {}
    for report in mine:
        groups.setdefault(str(report.group), []).append(report)
    return _page(request, "index", {"groups": groups}, title=_("Reports"))


@require_safe
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of a report; asked with `part=totals`, the sums and the chart alone, which come after the first rows."""
    report = _report_for(request, slug)
    filters = report.filters.read(request.GET)
    context: dict[str, Any] = {"report": report, "filters": filters, "query": _query(request)}
    if _has_open_drawer(report, request):
        return _page(request, "report", context | {"drawer_is_open": True}, title=report.title)
    if not filters.is_valid():
        return _page(request, "report", context, title=report.title)
    reading = Reading(report, filters.cleaned_data)
    asked_for_totals = request.GET.get("part") == "totals"
    number = _page_number(request.GET.get("page", ""))
    screen = Screen(reading, number, PER_PAGE, with_totals=asked_for_totals or not report.totals_later)
    context |= {"screen": screen}
    if asked_for_totals:
        return render(request, "admin/reports/figures.html", context)
    context |= {"asked": Asked(reading, filters, request.user)}
    return _page(request, "report", context, title=report.title)


@require_safe
def report_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The same rows as a file; that it was taken is in the trail before its first byte is sent."""
    report = _report_for(request, slug)
    if kind not in CONTENT_TYPES:
        raise Http404
    filters = report.filters.read(request.GET)
    if _has_open_drawer(report, request) or not filters.is_valid():
        # The page says what is wrong; a file of something else would say nothing.
        return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{_query(request)}")
    user = cast(CustomUser, request.user)  # the admin lets nobody else in
    asked = Asked(Reading(report, filters.cleaned_data), filters, user)
    try:
        file, rows = written(asked, kind)
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{_query(request)}")
    record_export(report, kind, rows=rows, filters=_filtered_by(filters), by=user)
    return download(request, file, name=asked.file_name(kind), content_type=CONTENT_TYPES[kind])


def _report_for(request: HttpRequest, slug: str) -> Report:
    """The report, for who may see it; to everybody else there is none."""
    report = reports().get(slug)
    if report is None or not request.user.has_perm(report.permission):
        raise Http404
    return report.seen_by(request.user)


def _has_open_drawer(report: Report, request: HttpRequest) -> bool:
    """A drawer is counted blind: nothing adds up for its cashier what should lie in it."""
    return report.counts_drawers and has_to_count(request.user)


def _query(request: HttpRequest) -> str:
    """The filters as the address has them, without the page."""
    given = request.GET.copy()
    for name in ("page", "part"):
        given.pop(name, None)
    return given.urlencode()


def _filtered_by(filters: Filters) -> str:
    """What was filtered by, as the trail keeps it: with what the address left to its beginnings."""
    values = {name: filters.cleaned_data.get(name) for name in filters.fields}
    return "&".join(f"{name}={getattr(value, 'pk', value)}" for name, value in values.items() if value)


def _page_number(typed: str) -> int:
    digits = ascii_digits(typed).strip()
    return min(max(int(digits), 1), 10**6) if digits.isdecimal() and len(digits) < 9 else 1


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, title: Any) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": title}
    return render(request, f"admin/reports/{template}.html", frame | context)
