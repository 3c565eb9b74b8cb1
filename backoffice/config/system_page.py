"""The managers' page of the system: whether each part is well, before somebody has to ask."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .system_state import system_state

#: Managers have it and nobody else (`roles.py`).
PERMISSION = "django_q.view_schedule"


@require_safe
@never_cache
def system(request: HttpRequest) -> HttpResponse:
    """GET /courses-admin/system/: as everything stands at this moment."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    frame = admin.site.each_context(request)
    return render(request, "admin/system.html", {**frame, "title": _("The system"), "state": system_state()})
