"""A person's own exports, within the staff admin; everybody else's are not there, whoever asks."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets.download import download
from backoffice.users.models import CustomUser

from .exporting import cancel, dismiss, look_for_news, news_of, take, visible_to
from .files import CONTENT_TYPES
from .models import Export
from .registry import reports, reports_for
from .views import password_before, render_page

#: The latest; older ones have had their files taken away long ago.
SHOWN: Final = 50


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The person's exports: how far each is, until when it is kept, and its buttons."""
    user = _user(request)
    if not reports_for(user):
        raise Http404
    rows = [_with_title(export) for export in visible_to(user)[:SHOWN]]
    look_for_news(request)
    dismiss(by=user)
    context: dict[str, Any] = {"exports": rows, "at_work": any(export.is_at_work for export in rows)}
    return render_page(request, "exports", context, title=_("My exports"))


@require_safe
def export_progress(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """How far an export is, for the page that waits."""
    export = get_object_or_404(visible_to(_user(request)), pk=export_id)
    state = {"status": export.status, "done": export.rows_done, "total": export.rows_total}
    return JsonResponse(state, headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "HEAD", "POST"])
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file, to its owner; of people, after the password."""
    export = get_object_or_404(visible_to(_user(request)), pk=export_id)
    if (first := password_before(request, reports()[export.slug])) is not None:
        return first
    try:
        export, file = take(export_id, by=_user(request))
    except Export.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("report-exports"))
    day = timezone.localdate(export.finished_at)
    name = f"{reports()[export.slug].title} {day:%Y-%m-%d}.{export.kind}"
    return download(request, file, name=name, content_type=CONTENT_TYPES[export.kind], size=export.size)


@require_POST
def cancel_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Give an export up."""
    try:
        cancel(export_id, by=_user(request))
    except Export.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The export was cancelled; nothing of it is kept."))
    return HttpResponseRedirect(reverse("report-exports"))


@require_safe
def exports_news(request: HttpRequest) -> HttpResponse:
    """What a page says of exports while somebody waits for them: a part of a page."""
    answer = render(request, "admin/reports/export_news.html", news_context(request))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The person has read the notice, and stays where they are."""
    dismiss(by=_user(request))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("admin:index")
    return HttpResponseRedirect(back)


def news_context(request: HttpRequest) -> dict[str, Any]:
    """What the notice says: exports that are made or failed, and whether others are on their way."""
    news = [_with_title(export) for export in news_of(request)]
    ended = [export for export in news if not export.is_at_work]
    return {"news": ended, "waits": len(ended) < len(news), "request": request}


def _with_title(export: Export) -> Export:
    export.title = reports()[export.slug].title  # type: ignore[attr-defined]
    return export


def _user(request: HttpRequest) -> CustomUser:
    return cast(CustomUser, request.user)  # the admin lets nobody else in
