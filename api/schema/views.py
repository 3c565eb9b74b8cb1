"""The contract for machines and for people.

What is served is the schema that is kept beside the code, and that a test holds to the code: making it takes a second
and several megabytes, which no process that answers needs to have.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .making import KEPT

# Redoc styles itself from script, draws its search in a worker, and may load nothing from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def _kept() -> bytes:
    return KEPT.read_bytes()


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """GET /api/schema/"""
    return HttpResponse(_kept(), content_type="application/json; charset=utf-8")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """GET /api/docs/"""
    page = render(request, "api/docs.html")
    page.headers["Content-Security-Policy"] = POLICY
    return page
