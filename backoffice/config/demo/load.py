"""Load the whole demo, once and whole."""

from random import Random

from django.db import transaction
from django.utils import timezone, translation

from backoffice.users.models import CustomUser

from .accounts import ACCOUNTS
from .coming import build_coming
from .leads import build_leads
from .people import build_people
from .places import build_places
from .site import build_site
from .teaching import build_teaching

_SEED = 2026


def is_loaded() -> bool:
    """Whether the demo's manager is there."""
    return CustomUser.objects.filter(phone_number1=ACCOUNTS[0].phone).exists()


@transaction.atomic
def load_demo() -> None:
    """Make the demo's people, courses, places, money and attendance, dated around today."""
    rng = Random(_SEED)  # noqa: S311  a believable centre, not a secret
    today = timezone.localdate()
    with translation.override("ar"):
        people = build_people(rng, today)
        courses = build_teaching(people, today)
        build_places(people, courses, rng)
        build_leads(people, courses)
        build_coming(people, courses, rng)
        build_site(courses, people.instructors)
