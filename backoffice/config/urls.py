"""Every address of the system."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from api.files import private_file
from cms import urls as site_urls

from .one_sign_in import OwnSettings, sign_in, to_sign_in
from .system_page import system

urlpatterns = [
    path("courses-admin/attendance/", include("backoffice.attendance.admin.urls")),
    path("courses-admin/reports/", include("reports.urls")),
    path("courses-admin/second-factor/", include("backoffice.users.admin.second_factor")),
    path("courses-admin/system/", admin.site.admin_view(system), name="system"),
    path("courses-admin/login/", sign_in, name="staff-sign-in"),
    path("courses-admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path("auth/", include("api.accounts.urls")),
    path("files/<str:token>/", private_file, name="private-file"),
    path("api/", include("api.urls")),
    path("health/", include("api.health")),
    path("kiosk/", include("api.devices.kiosk")),
    path("cms/login/", to_sign_in),
    path("cms/account/", require_admin_access(OwnSettings.as_view())),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Public pictures only, and only with DEBUG=1: on a server the proxy hands them out.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include(site_urls)),
    # Last: Wagtail answers for every other address, in English under /en/.
    *i18n_patterns(*site_urls.translated, path("", include(wagtail_urls)), prefix_default_language=False),
]

# The apps get JSON for what isn't there and for what went wrong; everybody else gets a page.
handler404 = "backoffice.config.errors.not_found"
handler500 = "api.errors.server_error"
