"""The centre's addresses, one that takes its time, and one that tells whom the application sees."""

import time
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from backoffice.config.urls import handler404, handler500  # noqa: F401
from backoffice.config.urls import urlpatterns as of_the_centre
from backoffice.shared.addresses import client_address


def slow(request: HttpRequest) -> HttpResponse:
    """Says on the disk that it has begun, and answers after so many seconds."""
    Path(settings.VAR_DIR, "begun").touch()
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("whole")


def seen(request: HttpRequest) -> JsonResponse:
    """Scheme, host and address, as the application believes them."""
    told = {"secure": request.is_secure(), "host": request.get_host(), "address": client_address(request)}
    return JsonResponse(told)


urlpatterns = [path("test/slow/", slow), path("test/seen/", seen), *of_the_centre]
