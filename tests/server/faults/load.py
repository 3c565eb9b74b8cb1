"""People who use the centre all the time, and remember what they were told was done."""

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

from django.db import connection
from django.test import Client
from django.urls import reverse

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from api import tokens
from api.models import IdempotentAnswer
from api.tests.teaching.cast import make_teacher, running_lecture
from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.tests.makers import bulk_enroll, make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.tests.makers import open_session
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import karima, make_child, make_parent, make_staff

from .centre import BACK_WITHIN, Centre, eventually

# What somebody who is told nothing, or that it didn't work, waits before trying again; in seconds.
_PAUSE = 0.2


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
                time.sleep(_PAUSE)
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
        status, headers, _body = self.ask("POST", address, urlencode(typed).encode(), self.headers)
        if status == 200 and "hx-redirect" in headers:
            self.paid[typed["idempotency_key"]] = Decimal(typed["amount"])
            return True
        return False

    def check(self) -> None:
        """Each payment is there once, with its receipt, and none besides."""
        rows = Payment.objects.filter(enrollment__in=self.places)
        assert dict(rows.values_list("idempotency_key", "amount")) == self.paid
        assert rows.count() == len(self.paid) == Receipt.objects.filter(payment__in=rows).count()


class Mother(Person):
    """Asks for places in the app, for one child after the other."""

    def __init__(self, centre: Centre, children: int = 300) -> None:
        super().__init__(centre)
        self.course, parent = make_course(capacity=2 * children), make_parent()
        self.children = [make_child(parent) for _ in range(children)]
        self.headers = of_app(parent.user)
        self.asked: dict[str, str] = {}

    def things(self) -> Any:
        """A request for each child."""
        for child in self.children:
            yield str(child.pk), str(uuid4())

    def do(self, thing: Any) -> bool:
        """Send it."""
        child, key = thing
        body = json.dumps({"course": str(self.course.pk), "child": child}).encode()
        headers = self.headers | {"Idempotency-Key": key}
        status, _headers, said = self.ask("POST", "/api/v1/enrollment-requests/", body, headers)
        if status == 201:
            self.asked[child] = json.loads(said)["id"]
        return status == 201

    def check(self) -> None:
        """Each request is there once, with the number that was answered, and none besides."""
        rows = EnrollmentRequest.objects.filter(course=self.course)
        assert {str(child): str(pk) for pk, child in rows.values_list("pk", "child_id")} == self.asked
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
        for n in range(100, 1000):
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


class Listener:
    """A supervisor's page: hears every event once and in order, and comes back by itself when it was cut off."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.heard, self.came_back = centre, [], 0
        user = make_staff("Supervisors")
        self._access, self._cursor = tokens.sign_in(user).access, None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self) -> None:
        """Until it is connected."""
        self._thread.start()
        eventually(lambda: self._cursor is not None)

    def hears(self, cursor: int, seconds: float) -> float:
        """Wait until it has heard of this event; how long that took."""
        return eventually(lambda: self.heard and self.heard[-1] >= cursor, seconds)

    def stop(self) -> None:
        """Go away."""
        self._stopped.set()
        self._thread.join(20)

    def _live(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException):
                self.came_back += 1
                time.sleep(_PAUSE)

    def _listen(self) -> None:
        query = "" if self._cursor is None else f"?cursor={self._cursor}"
        address = f"ws://127.0.0.1:{self.centre.port}/ws/attendance/{query}"
        with connect(address, subprotocols=["jwt", self._access], open_timeout=10, compression=None) as socket:
            while not self._stopped.is_set():
                try:
                    message = json.loads(socket.recv(timeout=0.5))
                except TimeoutError:
                    continue
                if message["type"] == "ready" and self._cursor is None:
                    self._cursor = message["cursor"]
                elif message["type"] not in ("ready", "pong"):
                    self._cursor = message["cursor"]
                    self.heard.append(self._cursor)


class Load:
    """All of them, each in a thread."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.cashiers = [Cashier(centre), Cashier(centre)]
        self.mother, self.teacher, self.visitor = Mother(centre), Teacher(centre), Visitor(centre)
        self.listener = Listener(centre)
        self.people: list[Any] = [*self.cashiers, self.mother, self.teacher, self.visitor]
        self._stopped, self._threads = threading.Event(), []

    def start(self) -> None:
        """Begin, and wait until everybody has had an answer."""
        # What this process made, it holds no connection for.
        connection.close()
        self._threads = [threading.Thread(target=one.live, args=[self._stopped], daemon=True) for one in self.people]
        self.listener.start()
        for thread in self._threads:
            thread.start()
        eventually(lambda: all(len(one.times) >= 3 for one in self.people))

    def goes_on(self, seconds: float) -> float:
        """Wait until everybody was acknowledged something that they began from now on; how long that took."""
        since = {id(one): len(one.times) + 1 for one in self.people}
        return eventually(lambda: all(len(one.times) > since[id(one)] for one in self.people), seconds)

    def stop(self) -> None:
        """Let them finish what they began."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def leave(self) -> None:
        """Everybody goes."""
        self.stop()
        self.listener.stop()

    def check(self) -> None:
        """Nothing that was acknowledged is missing or there twice, nobody was told anything odd; the ledger is clean."""
        self.stop()
        connection.close()
        last = AttendanceEvent.objects.latest("cursor").cursor
        self.listener.hears(last, BACK_WITHIN)
        assert self.listener.heard == [*range(self.listener.heard[0], last + 1)]
        for one in self.people:
            assert not one.strange, one.strange[:3]
            one.check()
        assert list(check_ledger()) == []

    @property
    def done(self) -> int:
        """Acknowledged so far."""
        return sum(len(one.times) for one in self.people)

    @property
    def answers(self) -> Counter[int]:
        """How often each status was answered; 0 where nobody answered."""
        total: Counter[int] = Counter()
        for one in self.people:
            total += one.answers
        return total


def of_staff(user: CustomUser) -> dict[str, str]:
    """The headers of somebody who is signed in to the admin, with the token of its forms."""
    browser, token = Client(), "f" * 32
    browser.force_login(user)
    cookies = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={token}"
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}


def of_app(user: CustomUser) -> dict[str, str]:
    """The headers of an app that somebody is signed in to."""
    return {"Authorization": f"JWT {tokens.sign_in(user).access}", "Content-Type": "application/json"}
