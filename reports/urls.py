"""The addresses of reports, within the staff admin."""

from django.contrib import admin
from django.urls import path

from .export_views import cancel_export, export_file, export_progress, exports, exports_news, seen
from .saved_pages import delete_saved, save_filters, saved_page
from .schedule_pages import add_page, change_page, delete_page, schedule_page, schedules_page, step
from .views import index, report_file, report_page

staff = admin.site.admin_view

urlpatterns = [
    path("", staff(index), name="reports"),
    # Before the reports' own: no report has these names (`definition.RESERVED`).
    path("exports/", staff(exports), name="report-exports"),
    path("exports/news/", staff(exports_news), name="report-exports-news"),
    path("exports/seen/", staff(seen), name="report-exports-seen"),
    path("exports/<uuid:export_id>/progress/", staff(export_progress), name="report-export-progress"),
    path("exports/<uuid:export_id>/file/", staff(export_file), name="report-export-file"),
    path("exports/<uuid:export_id>/cancel/", staff(cancel_export), name="report-export-cancel"),
    path("views/<int:view_id>/", staff(saved_page), name="report-view"),
    path("views/<int:view_id>/delete/", staff(delete_saved), name="report-view-delete"),
    path("schedules/", staff(schedules_page), name="report-schedules"),
    path("schedules/<int:schedule_id>/", staff(schedule_page), name="report-schedule"),
    path("schedules/<int:schedule_id>/change/", staff(change_page), name="report-schedule-change"),
    path("schedules/<int:schedule_id>/delete/", staff(delete_page), name="report-schedule-delete"),
    path("schedules/<int:schedule_id>/<str:name>/", staff(step), name="report-schedule-step"),
    path("<slug:slug>/save/", staff(save_filters), name="report-save"),
    path("<slug:slug>/send/", staff(add_page), name="report-schedule-add"),
    path("<slug:slug>/", staff(report_page), name="report"),
    path("<slug:slug>/file.<str:kind>", staff(report_file), name="report-file"),
]
