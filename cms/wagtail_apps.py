"""Wagtail's apps without what this site doesn't offer: its public API (v3) and pictures in Apple's format.

Each of these apps would add its part to an API that we don't mount, and for that load a second web framework with its
validator: 17 MB in every process. Pictures of phones come as JPEG; Wagtail's own list of allowed kinds has no HEIC.
"""

import sys

# Before Wagtail's images, which would load the decoder's libraries to have them at hand.
sys.modules.setdefault("pillow_heif", None)  # type: ignore[arg-type]  # how Python says: there is none

from wagtail.contrib.redirects.apps import WagtailRedirectsAppConfig  # noqa: E402
from wagtail.documents.apps import WagtailDocsAppConfig  # noqa: E402
from wagtail.images.apps import WagtailImagesAppConfig  # noqa: E402
from wagtail.snippets.apps import WagtailSnippetsAppConfig  # noqa: E402
from wagtail.users.apps import WagtailUsersAppConfig  # noqa: E402

_API = "wagtail.api.v3"


class _WithoutApi:
    """Does all that the app does when it is ready, up to its part in the API, which comes last."""

    def ready(self) -> None:
        """Be ready without the API."""
        sys.modules.setdefault(_API, None)  # type: ignore[arg-type]
        try:
            super().ready()  # type: ignore[misc]
        except ModuleNotFoundError as missing:
            if not str(missing.name).startswith(_API):
                raise


class Redirects(_WithoutApi, WagtailRedirectsAppConfig):
    """Old addresses of pages."""


class Documents(_WithoutApi, WagtailDocsAppConfig):
    """Files to be taken home."""


class Images(_WithoutApi, WagtailImagesAppConfig):
    """Pictures."""


class Snippets(_WithoutApi, WagtailSnippetsAppConfig):
    """Texts that stand on several pages."""


class Users(WagtailUsersAppConfig):
    """What each person set for themselves in the site's admin. People and groups are the back office's business."""

    def ready(self) -> None:
        """Be ready, with Wagtail's own screens of people and groups shut for everybody."""
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from .closed import Nobody

        for model in (get_user_model(), Group):
            register_permission_policy(model, Nobody(model))
