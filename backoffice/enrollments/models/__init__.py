"""A place in a course: asked for, then held."""

from .places import Enrollment, PriceChange
from .requests import METHODS_WITH_REFERENCE, EnrollmentRequest, PaymentMethod

__all__ = ["METHODS_WITH_REFERENCE", "Enrollment", "EnrollmentRequest", "PaymentMethod", "PriceChange"]
