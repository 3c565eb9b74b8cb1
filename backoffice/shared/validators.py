"""Limits that more than one app needs."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from .errors import DomainError

MIN_RATING = Decimal("1.00")
MAX_RATING = Decimal("10.00")

rating_validators = [
    MinValueValidator(MIN_RATING, _("A rating is from 1 to 10.")),
    MaxValueValidator(MAX_RATING, _("A rating is from 1 to 10.")),
]


def check_rating(rating: Decimal) -> None:
    """Raise DomainError `rating_out_of_range` unless it is from 1.00 to 10.00 with two decimals at most."""
    if not rating.is_finite() or not MIN_RATING <= rating <= MAX_RATING or rating != round(rating, 2):
        raise DomainError("rating_out_of_range", _("A rating is from 1 to 10."), field="rating")
