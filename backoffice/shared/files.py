"""Private files handed out: by a door that asked who is there, or by a link that was given to whoever may look.

A link is signed, names one file and one person, and lives for some minutes. It needs no token beside it, so that a
picture can stand in a page or an app; whoever copies it has it for those minutes only.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.core.files.storage import FileSystemStorage, storages
from django.http import Http404, HttpResponse
from django.urls import reverse

from .pictures import CONTENT_TYPE

_SALT: Final = "private files"
# A link is good for 10 to 15 minutes: the same person gets the same link for five, so that apps may keep the picture.
_GOOD_FOR: Final = 600
_SAME_FOR: Final = 300

# A picture is looked at, never run; and no proxy keeps it.
_HARMLESS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
}


class NoAddressError(ValueError, NotImplementedError):
    """A private file was asked for its address; whoever can do without one (Wagtail) looks for the second kind."""


class WholeFiles(FileSystemStorage):
    """A file has its name once all of it is written; Django's own leaves half of one when the disk is full."""

    def _save(self, name: str, content: Any) -> str:
        Path(self.location).mkdir(parents=True, exist_ok=True)
        written = NamedTemporaryFile(dir=self.location, prefix=".unfinished-", delete=False)  # noqa: SIM115
        try:
            with written:
                for chunk in content.chunks():
                    written.write(chunk.encode() if isinstance(chunk, str) else chunk)
            if self.file_permissions_mode is not None:
                Path(written.name).chmod(self.file_permissions_mode)
            name = self._reserved(name)
            Path(written.name).replace(self.path(name))
        finally:
            # Under its own name it is no longer here.
            Path(written.name).unlink(missing_ok=True)
        return name

    def _reserved(self, name: str) -> str:
        """A name that nobody else has, or gets at the same moment: an empty file keeps it."""
        while True:
            path = Path(self.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                path.touch(exist_ok=False)
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name


class PrivateStorage(WholeFiles):
    """Files without a public address. Django's own, told of none, answers with the public files' address."""

    def url(self, name: str | None) -> str:
        """There is none."""
        raise NoAddressError("a private file has no address: see backoffice.shared.files.link_to")


@dataclass(frozen=True)
class Shown:
    """What a link opens, and for whom it was made."""

    name: str
    viewer_id: str


def link_to(name: str, *, viewer_id: Any) -> str:
    """The path of the private file of this name for this person, good for some minutes; costs no query.

    The caller has asked whether the person may see it.
    """
    expires = (int(time.time()) // _SAME_FOR + 1) * _SAME_FOR + _GOOD_FOR
    token = signing.Signer(salt=_SALT).sign_object([name, str(viewer_id), expires], compress=True)
    return reverse("private-file", args=[token])


def read_link(token: str) -> Shown | None:
    """What the link opens; None for one that is too old or not ours."""
    try:
        name, viewer_id, expires = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Shown(name, viewer_id) if expires > time.time() else None


def hand_out(name: str, *, seconds: int = 0) -> HttpResponse:
    """The private picture of this name; its reader may keep it for so many seconds, nobody on the way may.

    With FILES_ACCEL_PREFIX the proxy in front reads the file itself (X-Accel-Redirect), unless it lies in no folder;
    raises Http404 without a file.
    """
    storage = storages["private"]
    if not name or not storage.exists(name):
        raise Http404
    if settings.FILES_ACCEL_PREFIX and isinstance(storage, FileSystemStorage):
        answer = HttpResponse(content_type=CONTENT_TYPE)
        answer.headers["X-Accel-Redirect"] = settings.FILES_ACCEL_PREFIX + quote(name)
    else:
        # Whole: what we drew is small, and an ASGI server would gather a stream anyhow.
        with storage.open(name, "rb") as picture:
            answer = HttpResponse(picture.read(), content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="picture.jpg"'
    answer.headers["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-store"
    for header, value in _HARMLESS.items():
        answer.headers[header] = value
    return answer
