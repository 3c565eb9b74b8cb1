"""Keeping a report's filters under a name, and changing what was kept."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.shared.errors import DomainError
from backoffice.users.groups import group_name
from backoffice.users.models import CustomUser

from .models import SavedView
from .registry import reports
from .saved_panel import SaveForm
from .services import change_view, delete_view, may_change_view, save_view
from .views import render_page, report_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def save_filters(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the filters of the address under a name."""
    report, user = report_or_404(request, slug), cast(CustomUser, request.user)
    filters = report.filters.read(request.GET)
    back = f"{reverse('report', args=[slug])}?{request.GET.urlencode()}"
    if not filters.is_valid():
        # The report's page says what is wrong.
        return HttpResponseRedirect(back)
    form = SaveForm(request.POST or None, user=user, has_days=report.filters.has_days())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kept = filters.kept(exactly=given.get("exactly", False))
        try:
            view = save_view(report, name=given["name"], filters=kept, group=given["group"], by=user)
        except (DomainError, OperationalError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
            return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{view.filters}")
    context = {"form": form, "report": report, "filters": list(filters.said()), "back": back}
    return render_page(request, "save", context, title=_("Save these filters"))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_page(request: HttpRequest, view_id: int) -> HttpResponse:
    """A view's name and with whom it is shared."""
    view, user = _view_for(request, view_id), cast(CustomUser, request.user)
    begins = {"name": view.name, "group": view.group_id}
    form = SaveForm(request.POST or None, initial=begins, user=user, has_days=False, view=view)
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view.pk, name=form.cleaned_data["name"], group=form.cleaned_data["group"], by=user)
        except (DomainError, OperationalError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{reverse('report', args=[view.report])}?{view.filters}")
    context = {"view": view, "form": form, "report": reports()[view.report]}
    return render_page(request, "view", context, title=view.name)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_saved(request: HttpRequest, view_id: int) -> HttpResponse:
    """Ask whether a view is to be forgotten; forget it when the answer is sent."""
    view = _view_for(request, view_id)
    if request.method != "POST":
        context = {
            "question": _("Delete the view “%(name)s”?") % {"name": view.name},
            "consequences": _lost_with(view),
            "back": reverse("report-view", args=[view.pk]),
        }
        return render_page(request, "delete", context, title=view.name)
    try:
        delete_view(view.pk, by=cast(CustomUser, request.user))
    except (DomainError, OperationalError) as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
    return HttpResponseRedirect(reverse("report", args=[view.report]))


def _lost_with(view: SavedView) -> list[str]:
    sentences = [_("Only the name and its filters are forgotten; the report keeps all its rows.")]
    if view.group is not None:
        sentences.append(_("“%(group)s” see it too, and lose it with you.") % {"group": group_name(view.group)})
    return sentences


def refuse(form: forms.Form, error: Exception) -> None:
    """Put what a service refused at its field."""
    field = error.field if isinstance(error, DomainError) and error.field in form.fields else None
    form.add_error(field, sentence_of(error))


def sentence_of(error: Exception) -> str:
    """What a service refused, in words; a lock that wasn't had is somebody else at work."""
    if isinstance(error, DomainError):
        return str(error)
    return _("Somebody else is working on this right now. Try again in a moment.")


def _view_for(request: HttpRequest, view_id: int) -> SavedView:
    """The view, for who may change it; whoever doesn't even see it is told of none."""
    user: Any = request.user
    view = SavedView.objects.visible_to(user).filter(pk=view_id).first()
    if view is None:
        raise Http404
    if not may_change_view(view, user):
        raise PermissionDenied
    return view
