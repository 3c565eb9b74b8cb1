"""How the courses' forms save: under the row's lock, with rules of several rows shown at their field."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import connection
from django.http import HttpRequest

from backoffice.shared.errors import DomainError


class LockedWhileSaved:
    """Holds the row from before it is checked until it is saved.

    A form saves all columns of its row: without the lock it would put back the seats, or the state, as they were when
    it began to read.
    """

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The object; for a form that was sent, locked."""
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if obj is None or request.method != "POST" or not connection.in_atomic_block:
            return obj
        return type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)


class RulesForm(forms.ModelForm):
    """A form whose object is also asked for faults that its own row can't tell."""

    def faults(self) -> Iterable[DomainError]:
        """What is wrong with `self.instance` beside the other rows."""
        return []

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for fault in self.faults():
            field = fault.field if fault.field in self.fields else None
            self.add_error(field, forms.ValidationError(str(fault), code=fault.code))
