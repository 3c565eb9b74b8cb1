"""The addresses of reports, within the staff admin."""

from django.contrib import admin
from django.urls import path

from .saved_pages import delete_saved, save_filters, saved_page
from .schedule_pages import add_page, change_page, schedule_page, schedules_page, step
from .views import index, report_file, report_page

urlpatterns = [
    path("", admin.site.admin_view(index), name="reports"),
    # Before the reports' own: no report has these names (`definition.RESERVED`).
    path("views/<int:view_id>/", admin.site.admin_view(saved_page), name="report-view"),
    path("views/<int:view_id>/delete/", admin.site.admin_view(delete_saved), name="report-view-delete"),
    path("schedules/", admin.site.admin_view(schedules_page), name="report-schedules"),
    path("schedules/<int:schedule_id>/", admin.site.admin_view(schedule_page), name="report-schedule"),
    path("schedules/<int:schedule_id>/change/", admin.site.admin_view(change_page), name="report-schedule-change"),
    path("schedules/<int:schedule_id>/<str:name>/", admin.site.admin_view(step), name="report-schedule-step"),
    path("<slug:slug>/save/", admin.site.admin_view(save_filters), name="report-save"),
    path("<slug:slug>/send/", admin.site.admin_view(add_page), name="report-schedule-add"),
    path("<slug:slug>/", admin.site.admin_view(report_page), name="report"),
    path("<slug:slug>/file.<str:kind>", admin.site.admin_view(report_file), name="report-file"),
]
