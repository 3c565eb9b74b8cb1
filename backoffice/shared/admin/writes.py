"""Writes of the admin with their entries in the audit trail."""

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .. import audit


class AuditedWrites:
    """Admin writes of rows without a state: the form saves, and the trail is written in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: Any) -> None:
        """Save the form's object with its entry in the trail."""
        before = audit.snapshot(type(obj)._base_manager.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if before is None:
            audit.record_created(obj, by=request.user)  # type: ignore[arg-type]
        else:
            audit.record_changed(obj, before, by=request.user)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Save an inline's rows, each with its entry."""
        olds = type(formset.queryset)(formset.model).in_bulk([row.pk for row in formset.queryset])
        before = {pk: audit.snapshot(row) for pk, row in olds.items()}
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:
            audit.record_deleted(gone, by=request.user)  # type: ignore[arg-type]
            gone.delete()
        for row in rows:
            row.save()
            if row.pk in before:
                audit.record_changed(row, before[row.pk], by=request.user)  # type: ignore[arg-type]
            else:
                audit.record_created(row, by=request.user)  # type: ignore[arg-type]
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete the object with its entry."""
        audit.record_deleted(obj, by=request.user)  # type: ignore[arg-type]
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete each object with its entry."""
        for obj in queryset:
            self.delete_model(request, obj)

    # The audit trail stands in for Django's own log.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: see the trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: see the trail."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Nothing: see the trail."""
