"""The pages of reports, within the staff admin; whoever opens them is signed in."""

from typing import Any, Final, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets.download import download
from backoffice.shared.text import ascii_digits
from backoffice.users.fresh_password import Act
from backoffice.users.models import CustomUser
from backoffice.users.password_page import password_first

from .access import has_open_drawer, report_for
from .definition import Report
from .exporting import ask, look_for_news, must_wait
from .files import CONTENT_TYPES, Asked, written
from .reading import Reading
from .registry import reports_for
from .saved_panel import views_of, views_panel
from .screen import Screen
from .trail import filtered_by, record_export

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
    context = {"groups": groups, "views": views_of(request.user)}
    return render_page(request, "index", context, title=_("Reports"))


@require_safe
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of a report; asked with `part=totals`, the sums and the chart alone, which come after the first rows."""
    report = report_or_404(request, slug)
    filters = report.filters.read(request.GET)
    context: dict[str, Any] = {"report": report, "filters": filters, "query": _query(request)}
    context |= views_panel(request.user, report, filters)
    if has_open_drawer(report, request.user):
        return render_page(request, "report", context | {"drawer_is_open": True}, title=report.title)
    if not filters.is_valid():
        return render_page(request, "report", context, title=report.title)
    # One more row than a page has says whether there is a next one.
    reading = Reading(report, filters.cleaned_data, at_once=PER_PAGE + 1)
    asked_for_totals = request.GET.get("part") == "totals"
    number = _page_number(request.GET.get("page", ""))
    screen = Screen(reading, number, PER_PAGE, with_totals=asked_for_totals or not report.totals_later)
    context |= {"screen": screen}
    if asked_for_totals:
        return render(request, "admin/reports/figures.html", context)
    context |= {"asked": Asked(reading, filters, request.user)}
    return render_page(request, "report", context, title=report.title)


@require_http_methods(["GET", "HEAD", "POST"])
def report_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The same rows as a file; that it was taken is in the trail before its first byte is sent.

    What is long is asked of the worker, by POST alone: a link that is followed begins no work, it shows the button.
    """
    report = report_or_404(request, slug)
    if kind not in CONTENT_TYPES:
        raise Http404
    filters = report.filters.read(request.GET)
    if has_open_drawer(report, request.user) or not filters.is_valid():
        # The page says what is wrong; a file of something else would say nothing.
        return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{_query(request)}")
    if (first := password_before(request, report)) is not None:
        return first
    user = cast(CustomUser, request.user)  # the admin lets nobody else in
    asked = Asked(Reading(report, filters.cleaned_data), filters, user)
    try:
        if must_wait(asked.reading, kind):
            return _long_file(request, asked, kind)
        file, rows = written(asked, kind)
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{_query(request)}")
    record_export(report, kind, rows=rows, filters=filtered_by(filters), by=user)
    return download(request, file, name=asked.file_name(kind), content_type=CONTENT_TYPES[kind])


def _long_file(request: HttpRequest, asked: Asked, kind: str) -> HttpResponse:
    """Hand it to the worker, or show the button that does."""
    if request.method != "POST":
        context = {"report": asked.reading.report, "asked": asked, "kind": kind, "query": _query(request)}
        return render_page(request, "long_export", context, title=asked.title)
    ask(asked.reading.report, kind, asked.filters, by=asked.by)
    look_for_news(request)
    return HttpResponseRedirect(reverse("report-exports"))


def password_before(request: HttpRequest, report: Report) -> HttpResponse | None:
    """The page that asks for the password before a report of people is taken along or sent; None to go on."""
    if not report.of_people:
        return None
    return password_first(
        Act.EXPORT_OF_PEOPLE, request, back=f"{reverse('report', args=[report.slug])}?{_query(request)}"
    )


def report_or_404(request: HttpRequest, slug: str) -> Report:
    """The report, for who may see it; to everybody else there is none."""
    report = report_for(request.user, slug)
    if report is None:
        raise Http404
    return report


def _query(request: HttpRequest) -> str:
    """The filters as the address has them, without the page."""
    given = request.GET.copy()
    for name in ("page", "part"):
        given.pop(name, None)
    return given.urlencode()


def _page_number(typed: str) -> int:
    digits = ascii_digits(typed).strip()
    return min(max(int(digits), 1), 10**6) if digits.isdecimal() and len(digits) < 9 else 1


def render_page(request: HttpRequest, template: str, context: dict[str, Any], *, title: Any) -> HttpResponse:
    """A page of reports within the staff admin's frame."""
    frame = {**admin.site.each_context(request), "title": title}
    return render(request, f"admin/reports/{template}.html", frame | context)
