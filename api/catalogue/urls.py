"""Addresses of the catalogue."""

from django.urls import path

from . import views

urlpatterns = [
    path("seasons/", views.SeasonsView.as_view()),
    path("seasons/<uuid:id>/", views.SeasonView.as_view()),
]
