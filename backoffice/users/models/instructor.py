"""Who teaches or supervises."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .user import CustomUser


def private_storage() -> Storage:
    """Where files lie that have no public address."""
    return storages["private"]


class Instructor(models.Model):
    """Teaches or supervises; the salary is seen by accountants and managers only."""

    class Type(models.TextChoices):
        NORMAL = "normal", _("Instructor")
        SUPERVISOR = "supervisor", _("Supervisor")

    user = models.OneToOneField(
        CustomUser, models.PROTECT, primary_key=True, verbose_name=_("person"), related_name="instructor"
    )
    type = models.CharField(_("kind"), max_length=10, choices=Type.choices, default=Type.NORMAL)
    monthly_salary = models.DecimalField(
        _("monthly salary (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    bio = models.TextField(_("about"), blank=True)
    image = models.ImageField(_("picture"), upload_to="instructors/", blank=True)
    fingerprint_id = models.CharField(_("fingerprint number"), max_length=40, unique=True, null=True, blank=True)
    rfid_uid = models.CharField(_("card number (RFID)"), max_length=40, unique=True, null=True, blank=True)
    nid_front = models.ImageField(_("national ID, front"), upload_to="nid/", storage=private_storage, blank=True)
    nid_back = models.ImageField(_("national ID, back"), upload_to="nid/", storage=private_storage, blank=True)

    class Meta:
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")
        permissions = [("view_salary", _("May see salaries"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_salary__isnull=True) | Q(monthly_salary__gte=0),
                name="users_instructor_salary_not_negative",
                violation_error_message=_("A salary can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(type__in=["normal", "supervisor"]), name="users_instructor_type_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(fingerprint_id="") & ~Q(rfid_uid=""), name="users_instructor_ids_are_null_when_empty"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
