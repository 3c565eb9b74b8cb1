"""Addresses of what parents and students see of the teaching."""

from django.urls import path

from . import calendars, views

urlpatterns = [
    path("lectures/", views.LecturesView.as_view()),
    path("attendance/", views.AttendanceView.as_view()),
    path("exam-results/", views.ExamResultsView.as_view()),
    path("ratings/", views.RatingsView.as_view()),
    path("calendar/", calendars.CalendarView.as_view()),
    path("calendar.ics", calendars.FeedView.as_view(), name="calendar-feed"),
]
