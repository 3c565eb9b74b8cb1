"""From sign-up to a rating by the generated client; the staff's part, accepting the request, is the service's."""

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from pytest_django.live_server_helper import LiveServer

from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.services import accept_request
from backoffice.users.tests.makers import make_instructor, make_staff

from .conftest import HERE

# Of a real server, to which a real program talks.
pytestmark = [pytest.mark.apps, pytest.mark.django_db(transaction=True)]

NUMBER, PASSWORD = "+201001112233", "palms-of-giza-42"
LECTURES = 3


def test_a_family_signs_up_asks_is_accepted_learns_and_rates(live_server: LiveServer, walk: Callable[..., str]) -> None:
    course = make_course(instructor=make_instructor(), price=Decimal("500.00"))
    for number in range(LECTURES):
        make_lecture(course, lecture_number=number + 1, day=course.start_date + dt.timedelta(days=number))
    person = (live_server.url, NUMBER, PASSWORD)

    asked = json.loads(walk("ask", *person))
    assert (asked["course"], asked["price"]) == (str(course.pk), "500.00")
    place = accept_request(UUID(asked["request"]), by=make_staff("Registrars"))

    learnt = json.loads(walk("learn", *person, asked["request"]))
    assert learnt == {"place": str(place.pk), "balance": "500.00", "lectures": LECTURES, "rating": "10.00"}


def test_the_client_takes_every_type_from_the_schema() -> None:
    code = (HERE / "walk.ts").read_text()
    assert not re.search(r"\bany\b|\bas [A-Z{]|@ts-", re.sub(r"//.*", "", code))
