"""What is shown where there is nothing: JSON to the apps, the staff's page to the staff, the site's to others."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from api import errors
from backoffice.shared.room import is_no_room

from .csp import BACK_OFFICE_UNDER, SITE_ADMIN_UNDER


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for every address."""
    if request.path_info.startswith((*errors.PREFIXES, BACK_OFFICE_UNDER, SITE_ADMIN_UNDER)):
        return errors.not_found(request, exception)
    return defaults.page_not_found(request, exception, template_name="cms/404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for every address; 507 where the disk is full and 503 where the database is away, for these pass."""
    error = sys.exception()
    if is_no_room(error):
        if request.path_info.startswith(errors.PREFIXES):
            return errors.no_room(request)
        return render(request, "507.html", status=507)
    if isinstance(error, OperationalError | InterfaceError):
        return errors.away(request)
    return errors.server_error(request)
