"""Every address of the system, and the public pictures as a proxy hands them out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.static import serve

from backoffice.config.urls import handler404 as handler404
from backoffice.config.urls import handler500 as handler500
from backoffice.config.urls import urlpatterns as the_systems


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A rendition's name holds what it was made from, so it is kept for ever."""
    found: Any = serve(request, name, document_root=settings.MEDIA_ROOT)
    answer = HttpResponse(b"".join(found), content_type=found.headers["Content-Type"])
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


urlpatterns = [path("media/<path:name>", picture), *the_systems]
