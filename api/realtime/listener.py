"""One socket as the hub sees it: what it is told, and how it ends, whatever its reader does."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import orjson

from backoffice.attendance.models import AttendanceEvent
from backoffice.attendance.selectors import View

from .codes import Code
from .passes import Pass

type Message = dict[str, Any]

# Frames that may wait for a reader, behind what the system's own buffers hold (some hundred kilobytes).
WAITING_AT_MOST: Final = 256
# Seconds that a reader has for the close, and for each frame of what it missed.
GRACE: Final = 5.0


def frame(message: Message) -> Message:
    """A message for the server to send, made once for whoever is told the same."""
    return {"type": "websocket.send", "text": orjson.dumps(message).decode()}


def frame_of(event: AttendanceEvent, view: View) -> Message:
    """An event as it is told."""
    return frame({"type": event.type, "cursor": event.cursor, "data": view.of(event)})


class Listener:
    """Takes frames without ever making anybody wait; who doesn't read them is dropped."""

    def __init__(self, send: Callable[[Message], Awaitable[None]], opened_with: Pass) -> None:
        self.opened_with = opened_with
        # Told of everything up to here; meant while it doesn't hear what the others hear.
        self.position = 0
        self.live = False
        # The only lectures that are wanted, if any are named.
        self.lectures: set[UUID] = set()
        # The task that reads what the app says; ends with the socket.
        self.reading: asyncio.Task[None] | None = None
        self.ended = False
        self._send: Any = send
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Message] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    def view(self, event: AttendanceEvent) -> View | None:
        """How much of the event the socket is told; no query."""
        if self.lectures and event.lecture_id not in self.lectures:
            return None
        return self.opened_with.standing.reader.view(event)

    def tell(self, message: Message) -> None:
        """Send a frame now, or after those that the reader hasn't taken yet."""
        if self.ended:
            return
        if self._writing is None:
            self._write(message)
            return
        self._waiting.append(message)
        if len(self._waiting) > WAITING_AT_MOST:
            self.end(Code.TOO_SLOW)

    async def tell_in_time(self, message: Message) -> None:
        """Send a frame and wait until the reader takes it: there may be many more to come."""
        self.tell(message)
        if self._writing is None:
            return
        try:
            async with asyncio.timeout(GRACE):
                while self._writing is not None:
                    await asyncio.wait([self._writing])
        except TimeoutError:
            self.end(Code.TOO_SLOW)

    def end(self, code: Code) -> None:
        """Close with a code; who doesn't take it within the grace loses the connection all the same."""
        if not self.ended:
            self.ended = True
            self._waiting.clear()
            self._closing = self._loop.create_task(self._close(code))

    async def finish(self) -> None:
        """Wait until the close that was begun is through."""
        if self._closing is not None:
            await asyncio.wait([self._closing])

    def cut(self) -> None:
        """End without a word: nobody reads, or the server has given the connection up and can't get rid of it."""
        self.ended = True
        if transport := self._transport():
            transport.abort()
        if self.reading is not None:
            self.reading.cancel()

    def cut_if_given_up(self) -> None:
        """The server closes who doesn't answer its pings; with a full buffer that alone would last for ever."""
        transport = self._transport()
        if transport is not None and transport.is_closing():
            self.cut()

    def _write(self, message: Message) -> None:
        # Begun at once: a reader that keeps up has the frame before this returns, without a turn of the loop.
        task = asyncio.Task(self._send(message), loop=self._loop, eager_start=True)
        if not task.done():
            self._writing = task
            task.add_done_callback(self._written)
        elif task.exception() is not None:
            self.cut()

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing = None
        if task.cancelled() or task.exception() is not None:
            self.cut()
        while self._waiting and self._writing is None:
            self._write(self._waiting.popleft())

    async def _close(self, code: Code) -> None:
        with suppress(Exception):
            async with asyncio.timeout(GRACE):
                if self._writing is not None:
                    await asyncio.wait([self._writing])
                await self._send({"type": "websocket.close", "code": int(code)})
                if self.reading is not None:
                    await asyncio.wait([self.reading])
        if self.reading is not None and not self.reading.done():
            self.cut()

    def _transport(self) -> asyncio.WriteTransport | None:
        """uvicorn's connection, for which ASGI has no word; another server's pings have to do."""
        server = getattr(self._send, "__self__", None)
        transport = getattr(server, "transport", None)
        return transport if isinstance(transport, asyncio.WriteTransport) else None
