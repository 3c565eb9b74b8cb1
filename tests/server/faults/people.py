"""People who do one thing after the other, and remember what they were told was done."""

import html
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from api import tokens
from api.models import IdempotentAnswer
from api.tests.teaching.cast import make_teacher, running_lecture
from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.tests.makers import bulk_enroll, make_enrollment
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.tests.makers import open_session
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import karima, make_child, make_parent

from .centre import Centre

# What somebody who is told nothing, or that it didn't work, waits before trying again; in seconds.
PAUSE = 0.2


class Person:
    """Does one thing after the other, each again and again until it is told that it is done."""

    #: Seconds between two things.
    pace = 0.05

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.answers: Counter[int] = Counter()
        self.times: list[float] = []
        self.strange: list[tuple[int, bytes]] = []
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask; 0 when nobody answers to the end."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.centre.port, timeout=15)
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            came = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            came = 0, {}, b""
        self.answers[came[0]] += 1
        # While something is broken: no answer, an error, or "busy". Anything else but a yes is a fault of its own.
        if came[0] not in (0, 200, 201, 409, 500, 502, 503, 504):
            self.strange.append((came[0], came[2][:500]))
        return came

    def things(self) -> Any:
        """What there is to do, without end."""
        raise NotImplementedError

    def do(self, thing: Any) -> bool:
        """Do it; whether it was acknowledged."""
        raise NotImplementedError

    def live(self, stopped: threading.Event) -> None:
        """Until stopped, and then to the end of what was begun."""
        for thing in self.things():
            if stopped.wait(self.pace):
                return
            while not self.do(thing):
                time.sleep(PAUSE)
                if self.strange:
                    return
            self.times.append(time.monotonic())


class Cashier(Person):
    """Takes money for places, in the staff's dialog: cash and transfers in turn, each with the key of its form."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        self.user = karima()
        open_session(self.user)
        course = make_course(price=Decimal(900_000))
        self.places = [make_enrollment(course) for _ in range(3)]
        self.addresses = [reverse("admin:enrollments_enrollment_take_payment", args=[one.pk]) for one in self.places]
        self.headers = of_staff(self.user)
        self.paid: dict[str, Decimal] = {}
        self.refused: list[str] = []

    def things(self) -> Any:
        """Payments that nobody took before."""
        for n in itertools.count(1):
            yield (
                n,
                {
                    "_form_submitted": "1",
                    "amount": str(n % 90 + 10),
                    "method": "cash" if n % 2 else "instapay",
                    "reference_number": "" if n % 2 else f"IP{uuid4().hex[:12]}",
                    "idempotency_key": str(uuid4()),
                },
            )

    def do(self, thing: Any) -> bool:
        """Press the button."""
        n, typed = thing
        address = self.addresses[n % len(self.addresses)]
        status, headers, said = self.ask("POST", address, urlencode(typed).encode(), self.headers)
        if status == 200 and "hx-redirect" in headers:
            self.paid[typed["idempotency_key"]] = Decimal(typed["amount"])
            return True
        self.refused.append(html.unescape(said.decode()))
        return False

    def check(self) -> None:
        """Each payment is there once, with its receipt, and none besides."""
        rows = Payment.objects.filter(enrollment__in=self.places)
        assert dict(rows.values_list("idempotency_key", "amount")) == self.paid
        assert rows.count() == len(self.paid) == Receipt.objects.filter(payment__in=rows).count()


class Mother(Person):
    """Asks for places in the app, for one child after the other, in one course after the other."""

    def __init__(self, centre: Centre, children: int = 200, courses: int = 20) -> None:
        super().__init__(centre)
        # More than anybody asks for while the longest fault lasts: who has nothing left to do would seem to be held up.
        self.courses, parent = [make_course(capacity=2 * children) for _ in range(courses)], make_parent()
        self.children = [make_child(parent) for _ in range(children)]
        self.headers = of_app(parent.user)
        self.asked: dict[tuple[str, str], str] = {}

    def things(self) -> Any:
        """A request for each child in each course."""
        for course, child in itertools.product(self.courses, self.children):
            yield str(course.pk), str(child.pk), str(uuid4())

    def do(self, thing: Any) -> bool:
        """Send it."""
        course, child, key = thing
        body = json.dumps({"course": course, "child": child}).encode()
        headers = self.headers | {"Idempotency-Key": key}
        status, _headers, said = self.ask("POST", "/api/v1/enrollment-requests/", body, headers)
        if status == 201:
            self.asked[course, child] = json.loads(said)["id"]
        return status == 201

    def check(self) -> None:
        """Each request is there once, with the number that was answered, and none besides."""
        rows = EnrollmentRequest.objects.filter(course__in=self.courses)
        found = rows.values_list("course_id", "child_id", "pk")
        assert {(str(course), str(child)): str(pk) for course, child, pk in found} == self.asked
        assert rows.count() == len(self.asked)
        assert not IdempotentAnswer.objects.filter(status=None).exists()


class Teacher(Person):
    """Marks a child of the running lecture, each time with another rating."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        self.sami = make_teacher()
        course = make_course(instructor=self.sami)
        self.child = make_child()
        bulk_enroll(course, [self.child])
        self.lecture = running_lecture(course)
        self.row = LectureAttendance.objects.create(lecture=self.lecture, child=self.child)
        self.headers = of_app(self.sami.user)
        self.marked: list[str] = []

    def things(self) -> Any:
        """Ratings."""
        for n in itertools.cycle(range(100, 1000)):
            yield f"{n / 100:.2f}"

    def do(self, thing: Any) -> bool:
        """Mark."""
        mark = {"participant": f"child:{self.child.pk}", "present": True, "rating": thing}
        body = json.dumps({"marks": [mark]}).encode()
        address = f"/api/v1/teaching/lectures/{self.lecture.pk}/attendance/"
        status = self.ask("PUT", address, body, self.headers)[0]
        if status == 200:
            self.marked.append(thing)
        return status == 200

    def check(self) -> None:
        """The last mark stands, and of each there is one event."""
        if not self.marked:
            return
        self.row.refresh_from_db()
        assert f"{self.row.rating:.2f}" == self.marked[-1]
        events = AttendanceEvent.objects.filter(type="attendance_update", child_id=self.child.pk).order_by("cursor")
        assert [event.data["rating"] for event in events] == self.marked


class Visitor(Person):
    """Looks at the site and at what is taught."""

    pace = 0.2

    def things(self) -> Any:
        """One page after the other."""
        return itertools.cycle(["/api/v1/courses/", "/"])

    def do(self, thing: Any) -> bool:
        """Look."""
        return self.ask("GET", thing, None, {"Accept-Language": "ar"})[0] == 200

    def check(self) -> None:
        """Nothing was promised."""


def of_staff(user: CustomUser) -> dict[str, str]:
    """The headers of somebody who is signed in to the admin, with the token of its forms."""
    browser, token = Client(), "f" * 32
    browser.force_login(user)
    cookies = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={token}"
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}


def of_app(user: CustomUser) -> dict[str, str]:
    """The headers of an app that somebody is signed in to."""
    return {"Authorization": f"JWT {tokens.sign_in(user).access}", "Content-Type": "application/json"}
