"""Sami's lecture of this morning, Mona's Yusuf on its list, and sockets without a server."""

import datetime as dt
import inspect
import json
from decimal import Decimal
from importlib import import_module

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from api import tokens
from api.realtime import threads
from api.realtime.routing import sockets
from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.services import Mark, mark_lecture
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.services import begin_sign_in
from backoffice.users.sign_ins import NAMED
from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_staff

ADDRESS = "/ws/attendance/"
ORIGIN = (b"origin", b"http://testserver")
PRESENT = Mark(present=True, rating=Decimal("8.50"))


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """What asks the database does so in the test's own thread, where the test's transaction is."""

    async def run_in(_threads, work, *args, **kwargs):
        return await sync_to_async(work)(*args, **kwargs)

    monkeypatch.setattr(threads, "run_in", run_in)

    async def stays_open():
        """Channels' own consumer, which refuses foreign pages, would close the connection of the test's transaction."""

    monkeypatch.setattr("channels.consumer.aclose_old_connections", stays_open)
    monkeypatch.setattr("channels.generic.websocket.aclose_old_connections", stays_open)


@pytest.fixture
def sami(db):
    """Sami the instructor."""
    instructor = make_instructor(first_name="سامي", is_staff=True)
    instructor.user.groups.set(make_staff("Instructors").groups.all())
    return instructor


@pytest.fixture
def lecture(sami):
    """Sami's lecture of this morning."""
    local = timezone.localtime() - dt.timedelta(minutes=1)
    start = dt.time(0, 0) if local.hour == 0 else (local - dt.timedelta(hours=1)).time()
    return make_lecture(make_course(), instructor=sami, day=local.date(), start_time=start, end_time=dt.time(23, 59))


@pytest.fixture
def mona(db):
    """Mona, the parent of Yusuf."""
    return make_parent(first_name="منى").user


@pytest.fixture
def yusuf(mona, lecture):
    """Yusuf's row on the lecture's list."""
    return LectureAttendance.objects.create(lecture=lecture, child=make_child(primary_parent=mona.parent))


@pytest.fixture
def other(lecture):
    """The row of another family's child."""
    return LectureAttendance.objects.create(lecture=lecture, child=make_child())


@pytest.fixture
def mark(lecture, sami, django_capture_on_commit_callbacks):
    """Mark rows, as `await mark(row, …)`; each time another rating, so that each is news."""
    ratings = iter(range(1, 1000))

    def now(*rows):
        with django_capture_on_commit_callbacks(execute=True):
            rating = Decimal(100 + next(ratings)) / 100
            mark_lecture(lecture.pk, {row.pk: Mark(present=True, rating=rating) for row in rows}, by=sami.user)

    return sync_to_async(now)


def session_of(user):
    """The key of a session in which the person is signed in to the staff's pages."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "backoffice.users.backends.PhoneBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[NAMED] = str(begin_sign_in(user, address="", browser="", lasts=dt.timedelta(hours=1)).pk)
    store.create()
    return store.session_key


class Phone:
    """A socket and what it hears."""

    def __init__(self, address=ADDRESS, headers=(), protocols=()):
        path, _mark, query = address.partition("?")
        scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": [*headers]}
        self.scope = scope | {"subprotocols": [*protocols]}

    async def __aenter__(self):
        self.socket = ApplicationCommunicator(sockets(), self.scope)
        await self.socket.send_input({"type": "websocket.connect"})
        answer = await self.socket.receive_output(timeout=5)
        self.accepted, self.said = answer["type"] == "websocket.accept", answer.get("subprotocol")
        return self

    async def __aexit__(self, *_error):
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait(timeout=10)

    async def hear(self, count=None):
        """The next message, or so many."""
        if count is not None:
            return [await self.hear() for _ in range(count)]
        heard = await self.socket.receive_output(timeout=5)
        assert heard["type"] == "websocket.send", heard
        return json.loads(heard["text"])

    async def begin(self):
        """Past `ready`, hearing what happens; the cursor that was said."""
        ready = await self.hear()
        assert ready.keys() == {"type", "cursor"}
        assert ready["type"] == "ready"
        await self.say(type="ping")
        assert await self.hear() == {"type": "pong"}
        return ready["cursor"]

    async def say(self, text=None, **message):
        await self.socket.send_input({"type": "websocket.receive", "text": text or json.dumps(message)})

    async def hears_nothing(self):
        return await self.socket.receive_nothing(timeout=0.2)

    async def closed_with(self):
        """The code it is closed with next; what it hears before that is passed over."""
        while (heard := await self.socket.receive_output(timeout=5))["type"] != "websocket.close":
            continue
        return heard["code"]


def with_token(user, address=ADDRESS):
    """An app's socket; call it where the database may be asked."""
    return Phone(address, protocols=["jwt", tokens.sign_in(user).access])


def with_session(user, address=ADDRESS):
    """A staff page's socket."""
    return Phone(address, headers=[ORIGIN, (b"cookie", f"sessionid={session_of(user)}".encode())])


def played(scenario):
    """A test written as a coroutine."""

    def play(*args, **kwargs):
        async_to_sync(scenario)(*args, **kwargs)

    play.__name__, play.__doc__ = scenario.__name__, scenario.__doc__
    play.__signature__ = inspect.signature(scenario)
    return play
