"""What the site's own rooms have in common: nobody keeps a copy, no robot lists them, both languages have each."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy, translate_url
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic.base import ContextMixin, View

from backoffice.users.models import CustomUser

BUSY = _("Somebody else is working on this right now. Try again in a moment.")


@method_decorator(never_cache, name="dispatch")
class Room(ContextMixin, View):
    """A page of somebody's own, or one that leads there."""

    title: str | Promise = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the title and the way to the other language."""
        return super().get_context_data(**{"title": self.title, "other_languages": _in_others(self.request)} | kwargs)


class OwnRoom(LoginRequiredMixin, Room):
    """A page for whoever is signed in; others sign in first and come back."""

    login_url = reverse_lazy("sign-in")

    @property
    def person(self) -> CustomUser:
        """Whoever is signed in."""
        assert isinstance(self.request.user, CustomUser)  # noqa: S101  LoginRequiredMixin let nobody else in
        return self.request.user


def retry_after(response: HttpResponse, seconds: float) -> HttpResponse:
    """The answer to a try too many."""
    response.status_code = 429
    response.headers["Retry-After"] = str(max(round(seconds), 1))
    return response


def _in_others(request: HttpRequest) -> list[dict[str, str]]:
    here = request.get_full_path()
    others = [(code, name) for code, name in settings.LANGUAGES if code != get_language()]
    return [{"path": translate_url(here, code), "language": code, "name": name} for code, name in others]
