"""Who uses the centre at the same time: a locust file. `LOAD_CENTRE` names the file that `centre.py` wrote.

Each person has an address of their own, as behind a proxy, so that nobody is throttled for the others. An answer that
isn't expected is a failure. At the end `LOAD_FOUND` gets the seconds of each kind of question as JSON.
"""

import itertools
import json
import os
import random
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
from locust import FastHttpUser, between, constant, events, task
from locust.exception import StopUser
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

CENTRE = json.loads(Path(os.environ["LOAD_CENTRE"]).read_text())
ADMIN = "/courses-admin"
TOKEN_SECONDS = 10 * 60
#: A batch of a reader at a door, and how often it comes.
SCANS, SCAN_SECONDS = 20, 5.0
EXPORT_SECONDS = 120.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CHILD = re.compile(rf"{ADMIN}/users/child/([0-9a-f-]{{36}})/change/")
_numbers = itertools.count(1)
_turns: defaultdict[str, "itertools.cycle[Any]"] = defaultdict(lambda: itertools.cycle(()))


def next_of(kind: str) -> Any:
    """Somebody who has no seat at a screen yet; the round begins anew when all have one."""
    if kind not in _turns:
        _turns[kind] = itertools.cycle(CENTRE[kind])
    return next(_turns[kind])


def fire(kind: str, name: str, began: float, error: Exception | None = None) -> None:
    """Tell locust of something that it can't time by itself."""
    took = (time.monotonic() - began) * 1000
    events.request.fire(
        request_type=kind, name=name, response_time=took, response_length=0, exception=error, context={}
    )


class Visitor(FastHttpUser):
    """Somebody with an address of their own."""

    abstract = True
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        """Take an address and come in."""
        number = next(_numbers)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.come_in()

    def come_in(self) -> None:
        """Sign in."""

    def ask(self, method: str, path: str, name: str, *, expect: tuple[int, ...] = (200,), **more: Any) -> Any:
        """Ask, and fail unless the answer is one of those that are expected."""
        headers = {"X-Forwarded-For": self.address, **more.pop("headers", {})}
        with self.client.request(
            method, path, name=name, headers=headers, allow_redirects=False, catch_response=True, **more
        ) as answer:
            if answer.status_code not in expect:
                answer.failure(f"{answer.status_code} {(answer.text or '')[:200]}")
            else:
                answer.success()
            return answer


class Staff(Visitor):
    """Somebody at the staff's pages."""

    abstract = True
    kind = ""

    def come_in(self) -> None:
        """By the form, as people do."""
        page = self.ask("GET", f"{ADMIN}/login/", "sign in: form")
        sent = {"username": next_of(self.kind), "password": CENTRE["password"], "csrfmiddlewaretoken": self.token(page)}
        answer = self.ask("POST", f"{ADMIN}/login/", "sign in", expect=(302,), data=sent)
        if answer.status_code != 302:
            raise StopUser

    def token(self, page: Any) -> str:
        """The page's proof against forgery."""
        found = _TOKEN.search(page.text or "")
        if found is None:
            raise StopUser
        return found[1]

    def open(self, path: str, name: str) -> Any:
        """A page."""
        return self.ask("GET", f"{ADMIN}/{path}", f"admin: {name}")


class Cashier(Staff):
    """Looks for people and places, and takes money."""

    weight = 3
    wait_time = between(1, 3)
    kind = "cashiers"

    @task(2)
    def first_page(self) -> None:
        """What waits."""
        self.open("", "first page")

    @task(4)
    def places(self) -> None:
        """The list, and a page of it."""
        self.open(f"enrollments/enrollment/?p={random.randint(1, 20)}", "places")

    @task(4)
    def place(self) -> None:
        """One."""
        self.open(f"enrollments/enrollment/{random.choice(CENTRE['places'])}/change/", "place")

    @task(3)
    def look_for_a_child(self) -> None:
        """By a piece of the name, then the child's page."""
        names = ("احمد", "خديجه", "يوسف", "مريم", "ياسين", "فاطمه", "نور", "عبدالله")
        page = self.open(f"users/child/?q={random.choice(names)}", "children found")
        if found := _CHILD.findall(page.text or ""):
            self.open(f"users/child/{random.choice(found)}/change/", "child")

    @task(2)
    def payments(self) -> None:
        """The list."""
        self.open("payments/payment/", "payments")

    @task(1)
    def requests(self) -> None:
        """The list."""
        self.open("enrollments/enrollmentrequest/", "requests")

    @task(2)
    def take_money(self) -> None:
        """The dialog, filled in."""
        path = f"enrollments/enrollment/{random.choice(CENTRE['places'])}/take_payment/"
        page = self.open(path, "payment: dialog")
        sent = {
            "_form_submitted": "1", "amount": "1", "method": "cash", "reference_number": "", "notes": "",
            "idempotency_key": str(uuid4()), "csrfmiddlewaretoken": self.token(page),
        }  # fmt: skip
        self.ask("POST", f"{ADMIN}/{path}", "admin: payment: taken", expect=(200, 302), data=sent)


class Accountant(Staff):
    """Reads reports, and has a long one written by the worker again and again."""

    fixed_count = 1
    wait_time = constant(EXPORT_SECONDS)
    kind = "accountants"

    @task
    def long_export(self) -> None:
        """Ask for all that is owed as a sheet, wait for it, and take it."""
        report = "reports/receivables/"
        page = self.open(report, "report")
        # It is of people: what the page sends that asks for the password (`users.password_page`).
        again = {"password": CENTRE["password"], "password_came_by": "POST"}
        sent = {"csrfmiddlewaretoken": self.token(page), **again}
        self.ask("POST", f"{ADMIN}/{report}file.xlsx", "export: asked", expect=(302,), data=sent)
        found = re.compile(rf"{ADMIN}/reports/exports/([0-9a-f-]{{36}})/")
        newest = found.findall(self.open("reports/exports/", "exports").text or "")
        began = time.monotonic()
        while newest and time.monotonic() - began < EXPORT_SECONDS:
            state = self.ask("GET", f"{ADMIN}/reports/exports/{newest[0]}/progress/", "export: progress")
            if "done" in (state.text or "") and json.loads(state.text)["status"] == "done":
                self.ask("GET", f"{ADMIN}/reports/exports/{newest[0]}/file/", "export: file")
                fire("JOB", "export: from asking to file", began)
                return
            gevent.sleep(1)
        fire("JOB", "export: from asking to file", began, TimeoutError("the export isn't done"))


class App(Visitor):
    """Somebody with an app, who exchanges the refresh token before the access token runs out."""

    abstract = True
    kind = ""

    def come_in(self) -> None:
        """With the token that the app keeps."""
        self.kept = next_of(self.kind)
        self.until = 0.0

    @property
    def authorization(self) -> dict[str, str]:
        """The header, with a token that is good."""
        if time.monotonic() > self.until:
            answer = self.ask("POST", "/auth/jwt/refresh/", "api: refresh", json={"refresh": self.kept})
            if answer.status_code != 200:
                raise StopUser
            pair = json.loads(answer.text)
            self.access, self.kept, self.until = pair["access"], pair["refresh"], time.monotonic() + TOKEN_SECONDS
        return {"Authorization": f"JWT {self.access}"}

    def get(self, path: str, name: str) -> Any:
        """A question to the API."""
        return self.ask("GET", f"/api/v1/{path}", f"api: {name}", headers=self.authorization)


class ParentsApp(App):
    """A mother looks at her children's day."""

    weight = 6
    wait_time = between(2, 6)
    kind = "families"

    @task(4)
    def day(self) -> None:
        """What the app shows first."""
        for name in ("me", "children", "lectures", "enrollments"):
            self.get(f"{name}/", name)

    @task(2)
    def money(self) -> None:
        """Payments, and a receipt."""
        found = json.loads(self.get("payments/", "payments").text)["results"]
        if found:
            self.get(f"payments/{random.choice(found)['id']}/", "payment")

    @task(2)
    def attendance(self) -> None:
        """Who came."""
        self.get("attendance/", "attendance")

    @task(2)
    def courses(self) -> None:
        """What there is."""
        self.get("courses/", "courses")

    @task(1)
    def ask_and_think_better(self) -> None:
        """A place is asked for, and no longer."""
        children = json.loads(self.get("children/", "children").text)["results"]
        courses = json.loads(self.get("courses/", "courses").text)["results"]
        wish = {
            "child": random.choice(children)["id"], "course": random.choice(courses)["id"], "payment_method": "cash",
        }  # fmt: skip
        key = {"Idempotency-Key": str(uuid4())}
        path, name = "/api/v1/enrollment-requests/", "api: a place is asked for"
        # The child may be in that course, or not of its age: a rule's answer is an answer.
        headers = {**self.authorization, **key}
        answer = self.ask("POST", path, name, expect=(201, 400, 409), json=wish, headers=headers)
        if answer.status_code == 201:
            cancel = f"{path}{json.loads(answer.text)['id']}/cancel/"
            self.ask("POST", cancel, "api: it is taken back", headers=self.authorization, json={})


class InstructorsApp(App):
    """Marks the children who came."""

    weight = 1
    wait_time = between(2, 6)
    kind = "instructors"

    @task
    def mark(self) -> None:
        """Each child of the list, present or not."""
        lectures = json.loads(self.get("teaching/lectures/", "teaching: lectures").text)["results"]
        path = f"teaching/lectures/{random.choice(lectures)['id']}"
        listed = json.loads(self.get(f"{path}/roster/", "teaching: roster").text)["participants"]
        marks = [
            {"participant": line["participant"], "present": present, "rating": "8.50" if present else None}
            for line in random.sample(listed, min(5, len(listed)))
            for present in (random.random() < 0.8,)
        ]
        self.ask(
            "PUT",
            f"/api/v1/{path}/attendance/",
            "api: teaching: marks",
            json={"marks": marks},
            headers=self.authorization,
        )


class Reader(Visitor):
    """A device at a door that sends what it read."""

    fixed_count = 1
    wait_time = constant(SCAN_SECONDS)

    @task
    def scan(self) -> None:
        """A batch."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        codes = [code for codes in CENTRE["lectures"].values() for code in codes]
        scans = [
            {"scan_id": str(uuid4()), "code": code, "method": "qr", "at": now} for code in random.sample(codes, SCANS)
        ]
        headers = {"Authorization": f"Device {CENTRE['device']}"}
        self.ask("POST", "/api/v1/devices/scans/", "device: scans", json={"scans": scans}, headers=headers)


class Listener(App):
    """An app that stays open on the sofa."""

    fixed_count = int(os.environ.get("LOAD_SOCKETS", "100"))
    wait_time = constant(0)
    kind = "families"

    @task
    def listen(self) -> None:
        """Until the token is nearly over; then anew, as apps do."""
        token = self.authorization and self.access
        address = self.environment.host.replace("http", "ws", 1) + "/ws/attendance/"
        began = time.monotonic()
        try:
            with connect(address, subprotocols=["jwt", token], open_timeout=60) as socket:  # type: ignore[list-item]
                fire("WS", "socket: opened", began)
                socket.recv(timeout=60)
                while time.monotonic() < self.until - 60:
                    began = time.monotonic()
                    socket.send('{"type": "ping"}')
                    while '"pong"' not in str(socket.recv(timeout=60)):
                        pass
                    fire("WS", "socket: pong", began)
                    gevent.sleep(20)
        except (ConnectionClosed, OSError, TimeoutError) as error:
            fire("WS", "socket: lost", began, error)
            gevent.sleep(1)
        self.until = 0.0


_took: defaultdict[str, list[float]] = defaultdict(list)
_failed: defaultdict[str, list[str]] = defaultdict(list)


@events.request.add_listener
def _note(name: str, response_time: float, exception: Exception | None, **_more: Any) -> None:
    _took[name].append(response_time / 1000)
    if exception is not None:
        _failed[name].append(str(exception)[:300])


@events.quitting.add_listener
def _write(**_more: Any) -> None:
    found = {"took": _took, "failed": _failed}
    Path(os.environ["LOAD_FOUND"]).write_text(json.dumps(found))
