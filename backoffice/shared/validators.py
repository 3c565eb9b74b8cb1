"""Limits that more than one app needs."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

MIN_RATING = Decimal("1.00")
MAX_RATING = Decimal("10.00")

rating_validators = [
    MinValueValidator(MIN_RATING, _("A rating is from 1 to 10.")),
    MaxValueValidator(MAX_RATING, _("A rating is from 1 to 10.")),
]
