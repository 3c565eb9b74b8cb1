"""The addresses of reports, within the staff admin."""

from django.contrib import admin
from django.urls import path

from .export_views import cancel_export, export_file, export_progress, exports, exports_news, seen
from .views import index, report_file, report_page

staff = admin.site.admin_view

urlpatterns = [
    path("", staff(index), name="reports"),
    path("exports/", staff(exports), name="report-exports"),
    path("exports/news/", staff(exports_news), name="report-exports-news"),
    path("exports/seen/", staff(seen), name="report-exports-seen"),
    path("exports/<uuid:export_id>/progress/", staff(export_progress), name="report-export-progress"),
    path("exports/<uuid:export_id>/file/", staff(export_file), name="report-export-file"),
    path("exports/<uuid:export_id>/cancel/", staff(cancel_export), name="report-export-cancel"),
    path("<slug:slug>/", staff(report_page), name="report"),
    path("<slug:slug>/file.<str:kind>", staff(report_file), name="report-file"),
]
