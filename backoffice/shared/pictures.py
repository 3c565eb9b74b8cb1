"""Pictures that people hand in: looked at with suspicion, and drawn anew before anything is kept.

What is kept is our own drawing of the picture: no place where it was taken (EXIF), no text, no second file behind it,
no movement. So whatever was hidden in the file stays behind. Pillow is only loaded when somebody hands in a picture.
"""

import io
import threading
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from .errors import DomainError

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES: Final = 8 * 2**20
# What a telephone takes; a JPEG is read at a fraction of its size, the others have to be unpacked whole.
MOST_PIXELS: Final = 25_000_000
MOST_PIXELS_UNPACKED: Final = 12_000_000
# The longer side of what is kept: a scan's small print can be read, and a page can bear it.
LONGEST_SIDE: Final = 2000
CONTENT_TYPE: Final = "image/jpeg"
_QUALITY: Final = 88

# The kinds we read, by Pillow's name, with the endings and the content types under which they come.
_KINDS: Final = {
    "JPEG": ({".jpg", ".jpeg", ".jpe", ".jfif"}, {"image/jpeg", "image/jpg", "image/pjpeg"}),
    "PNG": ({".png"}, {"image/png", "image/x-png"}),
    "WEBP": ({".webp"}, {"image/webp"}),
}
# A telephone's JPEG with a preview or a second shot behind it.
_READ_AS: Final = {"MPO": "JPEG"}
# A browser that doesn't know says this of any file.
_SAYS_NOTHING: Final = {"", "application/octet-stream"}
# One picture at a time in a process: its memory is bounded by one picture, however many hand one in.
_TURN: Final = threading.Lock()


class Picture(ContentFile[bytes]):
    """A picture that was drawn anew: a JPEG in RGB with nothing but its pixels, under a name that says nothing."""

    content_type = CONTENT_TYPE


def redraw(handed_in: File) -> Picture:  # type: ignore[type-arg]
    """The picture as it may be kept; one that was drawn already stays as it is.

    Raises DomainError with `picture_too_large`, `picture_unreadable`, `picture_kind`, `picture_misnamed` or
    `picture_too_many_pixels`.
    """
    if isinstance(handed_in, Picture):
        return handed_in
    if handed_in.size is not None and handed_in.size > LARGEST_BYTES:
        raise DomainError("picture_too_large", _("A picture may have 8 MB at most."))
    handed_in.seek(0)
    data = handed_in.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise DomainError("picture_too_large", _("A picture may have 8 MB at most."))
    said_type = str(getattr(handed_in, "content_type", "") or "").partition(";")[0].strip().lower()
    return Picture(_drawn(data, PurePath(handed_in.name or "").suffix.lower(), said_type), name=f"{uuid4().hex}.jpg")


def _drawn(data: bytes, ending: str, said_type: str) -> bytes:
    from PIL import Image

    try:
        with _TURN, Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as image:
            kind = _READ_AS.get(image.format or "", image.format or "")
            _check(kind, image.size, ending, said_type)
            if kind == "JPEG":
                # Unpacks only as much as is kept.
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.seek(0)
            return _as_jpeg(image)
    except DomainError:
        raise
    except Image.UnidentifiedImageError as error:
        raise DomainError("picture_kind", _("A picture is a JPEG, a PNG or a WebP file.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    # Whatever a file made to break a reader raises in it.
    except Exception as error:
        raise DomainError("picture_unreadable", _("This file is no picture, or it is damaged.")) from error


def _check(kind: str, size: tuple[int, int], ending: str, said_type: str) -> None:
    """Refuse a file that isn't what it says, and one that would fill the memory; nothing is unpacked yet."""
    if kind not in _KINDS:
        raise DomainError("picture_kind", _("A picture is a JPEG, a PNG or a WebP file."))
    endings, types = _KINDS[kind]
    if (ending and ending not in endings) or (said_type not in _SAYS_NOTHING and said_type not in types):
        sentence = _("This file is a %(kind)s picture under another kind's name. Save it as a picture anew.")
        raise DomainError("picture_misnamed", sentence % {"kind": kind}, kind=kind)
    if size[0] * size[1] > (MOST_PIXELS if kind == "JPEG" else MOST_PIXELS_UNPACKED):
        raise _too_many_pixels()


def _too_many_pixels() -> DomainError:
    return DomainError("picture_too_many_pixels", _("This picture is too large to be opened: make it smaller first."))


def _as_jpeg(image: "Image") -> bytes:
    """Pixels alone, on white where there was nothing, no side longer than what is kept."""
    from PIL import Image, ImageOps

    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA" if see_through else "RGB")
    # Made small first: all that comes after copies what is left.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
    ImageOps.exif_transpose(image, in_place=True)
    plain = Image.new("RGB", image.size, "white")
    seen = image.convert("RGBA" if see_through else "RGB")
    plain.paste(seen, mask=seen if see_through else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
