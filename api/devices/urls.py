"""Addresses of the readers at the doors."""

from django.urls import path

from .views import ScansView

urlpatterns = [path("devices/scans/", ScansView.as_view())]
