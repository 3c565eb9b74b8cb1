"""Files in a store of objects (S3), for a centre of several machines. Loaded only where there is a bucket.

The bucket is closed to everybody but the centre, so no wrong policy of it can show what is private. Public pictures are
handed out under the same address as ever, by `media_file`, and kept by browsers and proxies for a day; private files
have no address at all, as in a folder: whoever may see one gets it by way of us, and its line in the trail stays.
"""

import mimetypes
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe
from storages.backends.s3 import S3Storage

from .files import NoAddressError

#: Seconds for which a public picture is kept on its way: another picture has another name.
KEPT_FOR: Final = 24 * 60 * 60


class PublicObjects(S3Storage):  # type: ignore[misc]
    """What anybody may see, under the centre's own address."""

    def url(self, name: str, *_args: Any, **_more: Any) -> str:
        """The path of the file, the same as in a folder."""
        return settings.MEDIA_URL + quote(name)


class PrivateObjects(S3Storage):  # type: ignore[misc]
    """Files without an address; the store's own, which opens a file to whoever has it, is never made."""

    def url(self, name: str, *_args: Any, **_more: Any) -> str:
        """There is none."""
        raise NoAddressError("a private file has no address: see backoffice.shared.files.link_to")


@require_safe
def media_file(request: HttpRequest, name: str) -> FileResponse:
    """GET /media/NAME: a public file, out of the store; 404 for what isn't there."""
    try:
        file = storages["default"].open(name)
    except (FileNotFoundError, SuspiciousOperation):
        raise Http404 from None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = FileResponse(file, content_type=kind)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
