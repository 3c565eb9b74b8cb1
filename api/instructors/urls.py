"""Addresses of instructors and supervisors."""

from django.urls import path

from . import views

urlpatterns = [
    path("teaching/lectures/", views.LecturesView.as_view()),
    path("teaching/lectures/<uuid:id>/roster/", views.RosterView.as_view()),
    path("teaching/lectures/<uuid:id>/attendance/", views.MarksView.as_view()),
    path("teaching/attendance/", views.OwnAttendanceView.as_view()),
    path("teaching/exams/", views.ExamsView.as_view()),
    path("teaching/exams/<uuid:id>/results/", views.ExamResultsView.as_view()),
]
