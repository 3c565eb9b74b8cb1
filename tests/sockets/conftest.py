"""The servers, a lecture that is on, and apps that listen."""

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from django.utils import timezone
from websockets.sync.client import connect

from api import tokens
from backoffice.attendance import events
from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.services import Mark, mark_lecture
from backoffice.config.caches import channel_layers_from
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_staff

from .servers import Redis, Web


@pytest.fixture(scope="session")
def started(django_db_setup, tmp_path_factory) -> Iterator[tuple[Redis, Web]]:
    """Both, for all tests; who stops one starts it again."""
    redis = Redis()
    web = Web(redis, tmp_path_factory.mktemp("sockets"))
    redis.start()
    web.start()
    yield redis, web
    web.stop()
    redis.stop()


@pytest.fixture
def redis(started, settings, monkeypatch) -> Redis:
    """The Redis that this process rings through, too."""
    settings.CHANNEL_LAYERS = channel_layers_from(started[0].url)
    monkeypatch.setattr(events, "_circuit", events._Circuit())
    return started[0]


@pytest.fixture
def web(started, redis, transactional_db) -> Web:
    """The web server."""
    return started[1]


class Classroom:
    """Sami's lecture of yesterday with two families' children, and whoever marks it."""

    def __init__(self) -> None:
        self.supervisor, self.mona = make_staff("Supervisors"), make_parent()
        self.lecture = make_lecture(
            make_course(), instructor=make_instructor(), day=timezone.localdate() - dt.timedelta(days=1)
        )
        children = [make_child(self.mona), make_child()]
        self.yusuf, self.other = (
            LectureAttendance.objects.create(lecture=self.lecture, child=child) for child in children
        )
        self._ratings = itertools.cycle(range(100, 1000))

    def mark(self, row: LectureAttendance) -> None:
        """Another rating each time, so that each is news."""
        mark = Mark(present=True, rating=Decimal(next(self._ratings)) / 100)
        mark_lecture(row.lecture_id, {row.pk: mark}, by=self.supervisor)


@pytest.fixture
def room(web) -> Classroom:
    """A lecture that may be marked."""
    return Classroom()


class Phone:
    """An app that listens."""

    def __init__(self, web: Web, user, cursor, opened: ExitStack) -> None:
        address = f"ws://127.0.0.1:{web.port}/ws/attendance/{'' if cursor is None else f'?cursor={cursor}'}"
        access = tokens.sign_in(user).access
        begun = connect(address, subprotocols=["jwt", access], open_timeout=30, compression=None)
        self.socket = opened.enter_context(begun)
        self.ready = self.hear()["cursor"]
        self.say(type="ping")
        self.before_pong = []
        while (heard := self.hear())["type"] != "pong":
            self.before_pong.append(heard)

    def say(self, **message) -> None:
        """To the server."""
        self.socket.send(json.dumps(message))

    def hear(self) -> dict:
        """The next message."""
        return json.loads(self.socket.recv(timeout=30))

    def cursors(self, count: int) -> list[int]:
        """Of so many events; those of a resumption came before the pong."""
        came, self.before_pong = self.before_pong[:count], self.before_pong[count:]
        return [event["cursor"] for event in came] + [self.hear()["cursor"] for _ in range(count - len(came))]


@pytest.fixture
def phone(web):
    """Connect as somebody."""
    with ExitStack() as opened:
        yield lambda user, cursor=None: Phone(web, user, cursor, opened)
