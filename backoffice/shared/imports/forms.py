"""The form by which a sheet is handed in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminRadioSelectWidget

from ..models import ImportBatch
from .importer import may_import


class UploadForm(forms.Form):
    """Which kind of sheet, and the file; what is in the file is judged by the service."""

    kind = forms.ChoiceField(label=_("What is in the sheet"), widget=UnfoldAdminRadioSelectWidget)
    file = forms.FileField(
        label=_("File"),
        # Names get shortened when they are kept; a long one is no reason to refuse a sheet.
        max_length=1000,
        allow_empty_file=True,  # the service says it in its own words, with the file's name
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in ImportBatch.Kind if may_import(user, kind)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0] if kinds else None
        limit = settings.IMPORT_MAX_BYTES // 2**20
        self.fields["file"].help_text = _("An Excel file (.xlsx) or a CSV file, at most %(limit)s MB.") % {
            "limit": limit
        }
