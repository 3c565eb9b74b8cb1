"""Screens that belong to no one app."""

from django.contrib import admin

from backoffice.config import audit_admin, course_page_admin, jobs_admin, third_party_admin  # noqa: F401
from backoffice.shared.imports.admin import ImportBatchAdmin
from backoffice.shared.models import ImportBatch

admin.site.register(ImportBatch, ImportBatchAdmin)
