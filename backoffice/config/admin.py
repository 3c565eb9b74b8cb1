"""Screens that belong to no one app."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from backoffice.config import audit_admin, course_page_admin, jobs_admin, third_party_admin  # noqa: F401
from backoffice.shared.imports.admin import ImportBatchAdmin
from backoffice.shared.models import ImportBatch
from backoffice.users.fresh_password import Act
from backoffice.users.password_page import password_first


class ImportsOfPeople(ImportBatchAdmin):
    """All sheets that are handed in today are of people, and so is what is taken from them again."""

    def faulty_view(self, request: HttpRequest, batch_id: UUID) -> Any:
        """The faulty lines as a sheet, after the password."""
        batch = self._batch(request, batch_id)
        back = reverse("admin:shared_importbatch_change", args=[batch.pk])
        return password_first(Act.EXPORT_OF_PEOPLE, request, back=back) or super().faulty_view(request, batch_id)


admin.site.register(ImportBatch, ImportsOfPeople)
