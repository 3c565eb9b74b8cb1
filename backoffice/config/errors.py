"""What is shown where there is nothing: JSON to the apps, the staff's page to the staff, the site's to others."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from api import errors

from .csp import BACK_OFFICE_UNDER, SITE_ADMIN_UNDER


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for every address."""
    if request.path_info.startswith((*errors.PREFIXES, BACK_OFFICE_UNDER, SITE_ADMIN_UNDER)):
        return errors.not_found(request, exception)
    return defaults.page_not_found(request, exception, template_name="cms/404.html")
