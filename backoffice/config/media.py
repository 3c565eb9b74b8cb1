"""The address of the site's pictures where they lie in a store of objects; from a folder the proxy hands them out."""

from django.conf import settings
from django.urls import URLPattern, path


def media_of_the_store() -> list[URLPattern]:
    """One address with a store, none without: its packages aren't even loaded then."""
    if settings.STORAGES["default"]["BACKEND"] != "backoffice.shared.objects.PublicObjects":
        return []
    from backoffice.shared.objects import media_file

    return [path(f"{settings.MEDIA_URL.lstrip('/')}<path:name>", media_file)]
