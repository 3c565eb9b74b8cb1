"""The apps' addresses below /api/; a contract that breaks with this one would be v2 beside it."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from .accounts.me import MyselfView
from .accounts.views import NothingHere
from .schema import views as schema

version_1: list[URLPattern | URLResolver] = [
    path("me/", MyselfView.as_view()),
    path("", include("api.catalogue.urls")),
    path("", include("api.devices.urls")),
    path("", include("api.families.urls")),
    path("", include("api.instructors.urls")),
    path("", include("api.parents.urls")),
    path("", include("api.realtime.urls")),
    path("", include("api.students.urls")),
]

urlpatterns = [
    path("schema/", schema.openapi),
    path("docs/", schema.docs),
    path("v1/", include(version_1)),
    re_path(r"", NothingHere.as_view()),
]
