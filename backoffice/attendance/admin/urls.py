"""The pages of attendance that are no list of a table; within the staff admin, whoever opens them is signed in."""

from django.contrib import admin
from django.urls import path

from .board import board
from .marking import marking_day, marking_page

urlpatterns = [
    path("board/", admin.site.admin_view(board), name="attendance-board"),
    path("lectures/", admin.site.admin_view(marking_day), name="attendance-marking-day"),
    path("lectures/<uuid:lecture_id>/", admin.site.admin_view(marking_page), name="attendance-marking"),
]
