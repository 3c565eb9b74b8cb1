"""The page on which staff see where they are signed in, and end what isn't theirs any more."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import services
from ..browsers import device_in_words, icon_of
from ..models import CustomUser, SignIn
from ..sign_ins import sign_in_at_hand


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's sign-ins: the one at hand first, then the latest seen."""
    here = sign_in_at_hand(request.user)
    living = SignIn.objects.filter(user=request.user, ends_at__gt=timezone.now()).order_by("-seen_at", "-began_at")  # type: ignore[misc]
    rows = [
        {
            "sign_in": one,
            "is_here": one.pk == here,
            "device": device_in_words(one.browser),
            "icon": icon_of(one.browser),
        }
        for one in living
    ]
    rows.sort(key=lambda row: not row["is_here"])
    context = {**admin.site.each_context(request), "title": _("Where I am signed in"), "rows": rows}
    context["hours"] = settings.SESSION_COOKIE_AGE // 3600
    return render(request, "admin/sign_ins.html", context)


@require_POST
def end(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of one's own; ending the one at hand is signing out."""
    try:
        services.end_sign_in(sign_in_id, by=cast(CustomUser, request.user))
    except SignIn.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The sign-in is ended."))
    return redirect("sign-ins")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all but the one at hand."""
    user = cast(CustomUser, request.user)
    here = sign_in_at_hand(user)
    if here is None:
        raise Http404
    ended = services.end_other_sign_ins(by=user, keep=here)
    sentence = ngettext(
        "%(count)d other sign-in is ended, and those of the apps.",
        "%(count)d other sign-ins are ended, and those of the apps.",
        ended,
    )
    messages.success(request, sentence % {"count": ended})
    return redirect("sign-ins")


urlpatterns = [
    path("", admin.site.admin_view(own), name="sign-ins"),
    path("others/end/", admin.site.admin_view(end_others), name="sign-ins-end-others"),
    path("<uuid:sign_in_id>/end/", admin.site.admin_view(end), name="sign-in-end"),
]
