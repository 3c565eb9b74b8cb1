"""What students and parents think of an instructor, to read."""

from django.contrib import admin

from backoffice.shared.admin import ReadOnly, StaffAdmin

from ..models import ParentInstructorRating, StudentInstructorRating


class RatingAdmin(ReadOnly, StaffAdmin):
    """Ratings of instructors, to read."""

    list_filter = ("course__season",)
    search_fields = ("instructor__user__search_text", "course__search_text")


@admin.register(StudentInstructorRating)
class StudentInstructorRatingAdmin(RatingAdmin):
    """Ratings by students."""

    list_display = ("instructor", "course", "student", "rating", "created_at")
    list_select_related = ("instructor__user", "course", "student__user")


@admin.register(ParentInstructorRating)
class ParentInstructorRatingAdmin(RatingAdmin):
    """Ratings by parents."""

    list_display = ("instructor", "course", "parent", "rating", "created_at")
    list_select_related = ("instructor__user", "course", "parent__user")
