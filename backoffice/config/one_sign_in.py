"""The two staff admins have one sign-in, and each leads to the other those who may go there."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from wagtail.admin.views.account import AccountView, ThemeSettingsPanel
from wagtail.users.models import UserProfile

from reports.exporting import look_for_news

from .unfold import MENU

_SITE_ADMIN: Final = "wagtailadmin.access_admin"


def works_in_back_office(request: HttpRequest) -> bool:
    """Whether the person finds anything in the back office besides the way to the site's admin."""
    site = reverse("wagtailadmin_home")
    items = [item for group in MENU for item in group["items"]]
    return any("permission" in item and item["link"] != site and item["permission"](request) for item in items)


@never_cache
def sign_in(request: HttpRequest, **more: Any) -> HttpResponse:
    """The staff's sign-in page. Who works on the site alone lands there."""
    response = admin.site.login(request, **more)
    if response.status_code == 302 and request.user.is_authenticated:
        look_for_news(request)
    first_page = reverse("admin:index")
    if response.status_code == 302 and response.headers["Location"] == first_page:
        user = request.user
        if user.is_authenticated and user.has_perm(_SITE_ADMIN) and not works_in_back_office(request):
            return redirect("wagtailadmin_home")
    return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """From the address where Wagtail has its own sign-in page to ours, with the way on."""
    asked = request.GET.urlencode()
    return redirect(f"{reverse('admin:login')}?{asked}" if asked else reverse("wagtailadmin_home"))


class OwnSettings(AccountView):
    """What a person sets for themselves in the site's admin: how light it is.

    Name, number and password are the back office's, language is its switch, and pictures of people are nobody's.
    """

    def get_panels(self) -> list[Any]:
        """The one panel that is left."""
        user = self.request.user
        return [ThemeSettingsPanel(self.request, user, UserProfile.get_for_user(user))]
