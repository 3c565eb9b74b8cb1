"""Addresses of the catalogue."""

from django.urls import path, register_converter

from . import views


class IdOrSlug:
    """A course's id, or its slug with Arabic letters; no NUL, no line break."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(IdOrSlug, "id_or_slug")

urlpatterns = [
    path("seasons/", views.SeasonsView.as_view()),
    path("seasons/<uuid:id>/", views.SeasonView.as_view()),
    path("courses/", views.CoursesView.as_view()),
    path("courses/<id_or_slug:id>/", views.CourseView.as_view()),
    path("instructors/", views.InstructorsView.as_view()),
    path("instructors/<uuid:id>/", views.InstructorView.as_view()),
]
