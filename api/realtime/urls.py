"""Addresses of the live chapter that aren't sockets."""

from django.urls import path

from . import views

urlpatterns = [path("ws-tickets/", views.TicketsView.as_view())]
