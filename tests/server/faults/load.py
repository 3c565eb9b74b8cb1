"""The load: everybody at once, and a page that listens."""

import json
import threading
import time
from collections import Counter
from typing import Any

from django.db import connection
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from api import tokens
from backoffice.attendance.models import AttendanceEvent
from backoffice.payments.ledger import check_ledger
from backoffice.users.tests.makers import make_staff

from .centre import BACK_WITHIN, Centre, eventually
from .people import PAUSE, Cashier, Mother, Teacher, Visitor


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
                time.sleep(PAUSE)

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
        self._threads = [
            threading.Thread(target=one.live, args=[self._stopped], name=type(one).__name__, daemon=True)
            for one in self.people
        ]
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
        late = [
            type(one).__name__ for one, thread in zip(self.people, self._threads, strict=False) if thread.is_alive()
        ]
        assert not late, [(one, self.answers) for one in late]

    def leave(self) -> None:
        """Everybody goes."""
        self.stop()
        self.listener.stop()

    def check(self) -> None:
        """What was acknowledged is there once, nobody was told anything odd, and the ledger is clean."""
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
