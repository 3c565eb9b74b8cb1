"""One per process and event loop: hears what happens once, and tells every socket that may know.

The table of events is the truth, the channel layer a doorbell: what rings in order is told at once, and whatever seems
to be missing is read from the table. So is, every second, what rang for nobody: while the layer is away, or in the
embedded default, whose layer the worker doesn't reach.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from backoffice.attendance import events
from backoffice.attendance.models import AttendanceEvent
from backoffice.attendance.selectors import View, last_cursor
from backoffice.shared.request_ids import under_request_id

from . import threads
from .listener import Listener, Message, frame, frame_of
from .passes import ends_of

_log = logging.getLogger(__name__)

# Seconds between looks at the table, and between looks at what sockets were opened with (a minute is promised).
BACKSTOP: Final = 1.0
LOOK_AGAIN: Final = 20.0
# Seconds that the layer has to let us in, and seconds until it is asked again.
_PATIENCE: Final = 3.0
_REST: Final = 2.0
# Events kept in memory: after a restart of the server everybody asks for the same ones.
_KEPT: Final = 1_000
_AT_ONCE: Final = 500
# Who missed more than this reads anew what it shows, which is quicker.
_MOST_MISSED: Final = 10_000


class Hub:
    """From the first socket of its loop to the last."""

    def __init__(self, forget: Callable[[], Any]) -> None:
        self.listeners: set[Listener] = set()
        # All events up to here are known, the latest of them kept.
        self.cursor = 0
        self.recent: deque[AttendanceEvent] = deque(maxlen=_KEPT)
        self._untold: deque[AttendanceEvent] = deque()
        self._news, self._behind = asyncio.Event(), asyncio.Event()
        self._channel: str | None = None
        self._forget = forget
        self._begun = asyncio.ensure_future(self._begin())
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, listener: Listener) -> None:
        """Let it in, told of nothing yet; raises what the database raises."""
        self.listeners.add(listener)
        await asyncio.shield(self._begun)
        listener.position = self.cursor

    def leave(self, listener: Listener) -> None:
        """The socket is gone; after the last one there is nothing to do."""
        self.listeners.discard(listener)
        if not self.listeners:
            self._forget()
            for task in (self._begun, *self._tasks):
                task.cancel()

    async def resume(self, listener: Listener, cursor: int) -> None:
        """Tell what came after the cursor, then all that comes; or that it is too much."""
        listener.live = False
        if await self._has_all_after(cursor):
            listener.position = cursor
        else:
            listener.tell(frame({"type": "resync"}))
            listener.position = self.cursor
        await self.catch_up(listener)

    async def catch_up(self, listener: Listener) -> None:
        """Tell what it hasn't been told; from then on it hears what all hear, nothing twice and nothing left out."""
        while listener.position < self.cursor and not listener.ended:
            missed = await self._after(listener.position)
            if not missed:
                # Forgotten while it was told of them.
                listener.position = self.cursor
            for event in missed:
                if view := listener.view(event):
                    await listener.tell_in_time(frame_of(event, view))
                listener.position = event.cursor
        # Nothing happens between the last look at the cursor and this.
        listener.live = True

    async def _has_all_after(self, cursor: int) -> bool:
        if self._kept_after(cursor):
            return True
        return await threads.run_in(threads.PEOPLE, _is_all_there_after, cursor)

    def _kept_after(self, cursor: int) -> bool:
        return cursor <= self.cursor and bool(self.recent) and self.recent[0].cursor <= cursor + 1

    async def _after(self, cursor: int) -> Sequence[AttendanceEvent]:
        if self._kept_after(cursor):
            missed = self.cursor - cursor
            return list(islice(self.recent, max(len(self.recent) - missed, 0), None))
        return await threads.run_in(threads.PEOPLE, _read_after, cursor)

    async def _begin(self) -> None:
        while True:
            try:
                self.cursor, latest = await threads.run_in(threads.HUB, _read_latest)
                break
            except Exception as error:
                _log.warning("the live events can't be read: %r", error)
                await asyncio.sleep(_REST)
        self.recent.extend(latest)
        loops = (self._listen(), self._follow(), self._tell(), self._look_again())
        self._tasks = [asyncio.ensure_future(loop) for loop in loops]

    def _take(self, fresh: Iterable[AttendanceEvent]) -> None:
        """Events that follow each other, after those that are known."""
        for event in fresh:
            self.cursor = event.cursor
            self.recent.append(event)
            self._untold.append(event)
        self._news.set()

    def _hear(self, message: Message) -> None:
        """The doorbell: in order it is believed, otherwise the table is asked."""
        if message["last"] <= self.cursor:
            return
        rung = [events.from_the_layer(told) for told in message["events"]]
        fresh = [event for event in rung if event.cursor > self.cursor]
        if [event.cursor for event in fresh] == list(range(self.cursor + 1, message["last"] + 1)):
            self._take(fresh)
        else:
            self._behind.set()

    async def _tell(self) -> None:
        """Every event to every socket that may know of it."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._untold:
                event = self._untold.popleft()
                try:
                    self._tell_all(event)
                except Exception:
                    # One event that can't be told must not end the telling of all others to every socket.
                    _log.exception("live event %d could not be told", event.cursor)
                # Others have their turn: a batch of marks for thousands of sockets takes a while.
                await asyncio.sleep(0)

    def _tell_all(self, event: AttendanceEvent) -> None:
        frames: dict[View, Message] = {}
        for listener in tuple(self.listeners):
            if not listener.live or event.cursor <= listener.position:
                continue
            if view := listener.view(event):
                if view not in frames:
                    frames[view] = frame_of(event, view)
                listener.tell(frames[view])

    async def _follow(self) -> None:
        """Read the table when something is missing, and every now and then."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BACKSTOP):
                    await self._behind.wait()
            self._behind.clear()
            try:
                while found := await threads.run_in(threads.HUB, _read_after, self.cursor):
                    # While they were read the bell may have rung.
                    self._take([event for event in found if event.cursor > self.cursor])
            except Exception as error:
                _log.warning("the live events can't be read: %r", error)
                await asyncio.sleep(_REST)

    async def _listen(self) -> None:
        """Hear the doorbell, again and again where the layer fails."""
        layer: Any = get_channel_layer()
        while True:
            try:
                await self._listen_to(layer)
            except Exception as error:
                _log.warning("the live events' doorbell is out of order, the table is read instead: %r", error)
                await asyncio.sleep(_REST)

    async def _listen_to(self, layer: Any) -> None:
        async with asyncio.timeout(_PATIENCE):
            self._channel = channel = await layer.new_channel()
            await layer.group_add(events.GROUP, channel)
        # Whatever rang before we heard it.
        self._behind.set()
        try:
            while True:
                self._hear(await layer.receive(channel))
        finally:
            with suppress(Exception):
                async with asyncio.timeout(_PATIENCE):
                    await layer.group_discard(events.GROUP, channel)

    async def _look_again(self) -> None:
        """End the sockets of those who signed out, or aren't who they were."""
        layer: Any = get_channel_layer()
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            looked_at = list(self.listeners)
            try:
                codes = await threads.run_in(threads.HUB, ends_of, [one.opened_with for one in looked_at])
                for listener, code in zip(looked_at, codes, strict=True):
                    listener.cut_if_given_up()
                    if code is not None:
                        listener.end(code)
                if self._channel:
                    # In memory a membership lapses after a day.
                    async with asyncio.timeout(_PATIENCE):
                        await layer.group_add(events.GROUP, self._channel)
            except Exception as error:
                _log.warning("the sockets' sign-ins can't be looked at: %r", error)


_hubs: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]] = WeakKeyDictionary()


def hub_here() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        # It works for all sockets, not under the id of the first.
        with under_request_id(""):
            hub = _hubs[loop] = Hub(forget=lambda: _hubs.pop(loop, None))
    return hub


def open_sockets() -> int:
    """How many sockets the process keeps."""
    return sum(len(hub.listeners) for hub in tuple(_hubs.values()))


def _read_after(cursor: int) -> list[AttendanceEvent]:
    return list(AttendanceEvent.objects.after(cursor)[:_AT_ONCE])


def _read_latest() -> tuple[int, list[AttendanceEvent]]:
    """The latest cursor, and the events that led to it."""
    latest = list(reversed(AttendanceEvent.objects.order_by("-cursor")[:_KEPT]))
    return (latest[-1].cursor if latest else last_cursor()), latest


def _is_all_there_after(cursor: int) -> bool:
    """Whether nothing is forgotten of what came after, and it isn't too much."""
    last = last_cursor()
    if cursor == last:
        return True
    return cursor < last <= cursor + _MOST_MISSED and AttendanceEvent.objects.filter(cursor=cursor + 1).exists()
