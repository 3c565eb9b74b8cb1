"""The addresses of reports, within the staff admin."""

from django.contrib import admin
from django.urls import path

from .views import index, report_file, report_page

urlpatterns = [
    path("", admin.site.admin_view(index), name="reports"),
    path("<slug:slug>/", admin.site.admin_view(report_page), name="report"),
    path("<slug:slug>/file.<str:kind>", admin.site.admin_view(report_file), name="report-file"),
]
