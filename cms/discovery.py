"""What search engines are told: which pages there are, in which languages, and what is not for them."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from .frame import Alternate, absolute, readable

_ROOMS = ("/account/", "/ask/", "/en/account/", "/en/ask/")
CLOSED_TO_ROBOTS = ("/courses-admin/", "/cms/", "/api/", "/auth/", "/files/", "/i18n/", "/jsi18n/", *_ROOMS)


def robots(request: HttpRequest) -> HttpResponse:
    """GET /robots.txt"""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS),
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    """GET /sitemap.xml: every page that anybody may read, with its translations (Wagtail's own knows one tree only)."""
    rows = readable(Page.objects.filter(depth__gt=1)).select_related("locale").order_by("path")
    entries, translations = [], defaultdict(list)
    for page in rows:
        path = page.get_url(request)
        if path is None:
            continue
        alternate = Alternate(page.pk, page.locale.language_code, path)
        translations[page.translation_key].append(alternate)
        entries.append((alternate, page.last_published_at, page.translation_key))
    pages = [
        {"address": one.address, "changed": changed, "alternates": translations[key]} for one, changed, key in entries
    ]
    return render(request, "cms/sitemap.xml", {"pages": pages}, content_type="application/xml; charset=utf-8")
