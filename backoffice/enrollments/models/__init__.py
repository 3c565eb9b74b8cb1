"""A place in a course: wished for, asked for, then held."""

from .leads import LONGEST_MESSAGE, LONGEST_NAME, OLDEST, YOUNGEST, Lead
from .places import Enrollment, PriceChange
from .requests import METHODS_WITH_REFERENCE, EnrollmentRequest, PaymentMethod

__all__ = [
    "LONGEST_MESSAGE",
    "LONGEST_NAME",
    "METHODS_WITH_REFERENCE",
    "OLDEST",
    "YOUNGEST",
    "Enrollment",
    "EnrollmentRequest",
    "Lead",
    "PaymentMethod",
    "PriceChange",
]
