"""Who has a second factor, and of whom the house wants one."""

from django.conf import settings

from .models import CustomUser, SecondFactor


def second_factor_of(user: CustomUser) -> SecondFactor | None:
    """The second factor that is in use; the person of a session brings it along."""
    factor = getattr(user, "second_factor", None)
    return factor if factor is not None and factor.confirmed_at else None


def must_have_second_factor(user: CustomUser) -> bool:
    """Whether the house wants one of this person: of managers and accountants where REQUIRE_2FA is on."""
    if not settings.REQUIRE_2FA:
        return False
    return user.is_superuser or user.groups.filter(name__in=settings.SECOND_FACTOR_GROUPS).exists()
