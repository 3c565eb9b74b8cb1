"""Why a file can't be read as a sheet, each in a sentence that says what to do about it."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from ..errors import DomainError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SENTENCES: Final[dict[str, "StrOrPromise"]] = {
    "file_empty": _("The file “%(name)s” is empty."),
    "file_too_large": _("The file “%(name)s” is too large: at most %(limit)s MB. Divide it into smaller files."),
    "file_encrypted": _("The file “%(name)s” is locked by a password: save it again without one."),
    "file_old_excel": _("The file “%(name)s” is in the old Excel format (.xls): save it as .xlsx."),
    "file_macro": _("The file “%(name)s” holds macros (a program): save it as .xlsx, without macros."),
    "file_not_a_sheet": _("The file “%(name)s” is not a sheet: send an Excel file (.xlsx) or a CSV file."),
    "file_broken": _("The file “%(name)s” is damaged and can't be read: open it in Excel and save it again."),
    "zip_bomb": _("The file “%(name)s” unpacks to far more than a sheet does, so it was not opened."),
    "too_many_columns": _("The file “%(name)s” has too many columns: cell %(cell)s is past column %(limit)s."),
    "too_many_rows": _("The file “%(name)s” has more than %(limit)s lines: divide it into smaller files."),
    "no_headers": _("The file “%(name)s” has nothing written in it."),
    "no_rows": _("The file “%(name)s” has headings, but no line below them."),
}


def refusal(code: str, name: str, **params: Any) -> DomainError:
    """The refusal of a file by its code."""
    params = {"name": name, **params}
    return DomainError(code, str(_SENTENCES[code]) % params, **params)
