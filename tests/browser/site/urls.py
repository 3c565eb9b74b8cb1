"""Every address of the system, the pictures as a proxy hands them out, and a page that breaks."""

from django.urls import path

from backoffice.config.urls import handler404 as handler404
from backoffice.config.urls import handler500 as handler500
from benchmarks.site_urls import urlpatterns as the_sites


def broken(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("broken/", broken), *the_sites]
