"""What editors hand in: pictures are drawn anew, documents are of few kinds and are what they say.

Wagtail's forms for one picture, for many, in the chooser and for another file in a picture's place are all made of
these two.
"""

import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from backoffice.shared.errors import DomainError
from backoffice.shared.pictures import redraw

_LONGEST_NAME: Final = 80


class PictureField(WagtailImageField):
    """What is kept of a picture is our own drawing: no place where it was taken, no text, no second file behind it."""

    def to_python(self, data: Any) -> Any:
        """Draw what was handed in, before anything else reads it.

        In its own place: where words are missing, Wagtail keeps the file of the request and not the form's.
        """
        if isinstance(data, UploadedFile):
            try:
                drawn = redraw(data)
            except DomainError as error:
                raise ValidationError(str(error), code=error.code) from error
            data.seek(0)
            data.truncate()
            data.write(drawn.read())
            data.flush()
            data.seek(0)
            data.size, data.content_type = drawn.size, drawn.content_type
            data.name = _named(data, ".jpg")
        return super().to_python(data)


class PictureForm(BaseImageForm):
    """A picture with its words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            was = self.fields["file"]
            self.fields["file"] = PictureField(label=was.label, required=was.required, widget=was.widget)


class DocumentForm(BaseDocumentForm):
    """Leaflets and sheets: of the kinds in WAGTAILDOCS_EXTENSIONS, and only where the content is of that kind."""

    def clean_file(self) -> Any:
        """Look into what was handed in, and give it a name with one ending."""
        given = self.cleaned_data["file"]
        if not isinstance(given, UploadedFile):
            return given
        name = PurePath(given.name or "")
        ending = name.suffix.lower()
        is_kind = KINDS.get(ending)
        if is_kind is None:
            kinds = ", ".join(one.removeprefix(".").upper() for one in KINDS)
            sentence = _("A document is one of these: %(kinds)s. Pictures belong to the pictures.")
            raise ValidationError(sentence % {"kinds": kinds}, code="document_kind")
        if not is_kind(given):
            sentence = _("This file isn't the %(kind)s document that its name says. Save it anew in its program.")
            raise ValidationError(sentence % {"kind": ending.removeprefix(".").upper()}, code="document_misnamed")
        given.seek(0)
        given.name = _named(given, ending)
        return given


def _named(given: UploadedFile, ending: str) -> str:
    """Its own name with this ending and no other."""
    stem = PurePath(given.name or "").stem.replace(".", "-").strip(" -_") or "file"
    return f"{get_valid_filename(stem)[:_LONGEST_NAME]}{ending}"


def _is_pdf(given: UploadedFile) -> bool:
    """Readers look for the beginning further on too: that is how a page of HTML passes for a PDF."""
    given.seek(0)
    return given.read(5) == b"%PDF-"


def _is_office(main: str) -> Callable[[UploadedFile], bool]:
    """A packed document with this part, without macros; nothing is unpacked."""

    def is_it(given: UploadedFile) -> bool:
        given.seek(0)
        if given.read(4) != b"PK\x03\x04":
            return False
        try:
            names = zipfile.ZipFile(given).namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        return "[Content_Types].xml" in names and main in names and not any("vbaProject" in name for name in names)

    return is_it


KINDS: Final[dict[str, Callable[[UploadedFile], bool]]] = {
    ".pdf": _is_pdf,
    ".docx": _is_office("word/document.xml"),
    ".xlsx": _is_office("xl/workbook.xml"),
    ".pptx": _is_office("ppt/presentation.xml"),
}
