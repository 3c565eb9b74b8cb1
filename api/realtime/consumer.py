"""`/ws/attendance/`: lets somebody in and does what the app asks; what it is told is the hub's business.

None of Channels' consumers: each of those has a channel of its own in the layer, and here is one for all (hub.py).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.utils import timezone

from backoffice.attendance.selectors import may_follow
from backoffice.shared.request_ids import new_request_id, under_request_id

from . import threads
from .asked import Pace, read_cursor, read_lecture, read_message
from .codes import Code
from .hub import Hub, hub_here
from .listener import Listener, Message, frame
from .passes import Pass, Refused, by_session, by_ticket, by_token

_log = logging.getLogger(__name__)
_access = logging.getLogger("access")

PROTOCOL: Final = "jwt"
# Seconds after `ready` in which an app may say from where it resumes, before it is told what happens.
HOLD: Final = 0.5
# Lectures that one socket may name.
_MOST_LECTURES: Final = 200

type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


async def attendance(scope: Message, receive: Receive, send: Send) -> None:
    """One socket, from the handshake to its end, under an id of its own in the log."""
    with under_request_id(new_request_id()):
        await _serve(scope, receive, send)


async def _serve(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    accept = {"type": "websocket.accept", "subprotocol": PROTOCOL if PROTOCOL in scope["subprotocols"] else None}
    try:
        cursor = read_cursor(asked["cursor"][0]) if "cursor" in asked else None
        opened_with = await _let_in(scope, asked)
    except (Refused, DatabaseError) as error:
        # Accepted first: a browser tells its page nothing of a handshake that failed.
        await send(accept)
        code = int(getattr(error, "code", Code.BROKEN))
        await send({"type": "websocket.close", "code": code})
        _access.info("socket refused", extra={"path": scope["path"], "code": code})
        return
    told, begun = {"path": scope["path"], "user_id": opened_with.standing.reader.person_id}, time.monotonic()
    _access.info("socket opened", extra=told)
    try:
        await send(accept)
        await _talk(Listener(send, opened_with), receive, cursor)
    finally:
        _access.info("socket closed", extra=told | {"seconds": round(time.monotonic() - begun, 1)})


async def _let_in(scope: Message, asked: dict[str, list[str]]) -> Pass:
    """Who it is, by what they bring; raises Refused."""
    headers = dict(scope["headers"])
    if PROTOCOL in scope["subprotocols"]:
        tokens = [one for one in scope["subprotocols"] if one != PROTOCOL]
        return await threads.run_in(threads.PEOPLE, by_token, tokens[0] if tokens else "")
    if "ticket" in asked:
        return await threads.run_in(threads.PEOPLE, by_ticket, asked["ticket"][0])
    # Sent along by the browser whoever's page it is: without the page's origin it is worth nothing.
    session = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
    if not session.isalnum() or b"origin" not in headers:
        raise Refused(Code.SIGNED_OUT)
    return await threads.run_in(threads.PEOPLE, by_session, session)


async def _talk(listener: Listener, receive: Receive, cursor: int | None) -> None:
    hub, loop = hub_here(), asyncio.get_running_loop()
    ends_at = listener.opened_with.ends_at
    timer = None
    if ends_at is not None:
        left = (ends_at - timezone.now()).total_seconds()
        timer = loop.call_later(left, listener.end, Code.TOKEN_ENDED)
    try:
        await hub.join(listener)
        listener.tell(frame({"type": "ready", "cursor": listener.position}))
        listener.reading = asyncio.ensure_future(_Conversation(hub, listener, receive).hold(cursor))
        await asyncio.wait([listener.reading])
        await listener.finish()
    finally:
        hub.leave(listener)
        if timer is not None:
            timer.cancel()
        if listener.reading is not None:
            listener.reading.cancel()


class _Conversation:
    """What the app says, one after the other."""

    def __init__(self, hub: Hub, listener: Listener, receive: Receive) -> None:
        self.hub, self.listener, self.receive = hub, listener, receive
        self.pace = Pace()

    async def hold(self, cursor: int | None) -> None:
        """Until the app is gone."""
        heard = asyncio.ensure_future(self.receive())
        try:
            if cursor is not None:
                await self.hub.resume(self.listener, cursor)
            elif not (await asyncio.wait([heard], timeout=HOLD))[0]:
                await self.hub.catch_up(self.listener)
            while (message := await heard)["type"] == "websocket.receive":
                await self._take(message)
                heard = asyncio.ensure_future(self.receive())
        except DatabaseError as error:
            # Of these there is one for each socket, and none is a fault of ours.
            _log.warning("a socket broke: %r", error)
            self.listener.end(Code.BROKEN)
        except Exception:
            # A fault of ours, whatever it is: the log has all of it, and the app is told to come back.
            _log.exception("a socket broke")
            self.listener.end(Code.BROKEN)
        finally:
            heard.cancel()

    async def _take(self, message: Message) -> None:
        if self.listener.ended:
            return
        try:
            self.pace.count()
            await self._answer(read_message(message))
        except Refused as refused:
            self.listener.end(refused.code)
        if not self.listener.live:
            await self.hub.catch_up(self.listener)

    async def _answer(self, said: dict[str, Any]) -> None:
        match said.get("type"):
            case "ping":
                self.listener.tell(frame({"type": "pong"}))
            case "resume":
                await self.hub.resume(self.listener, read_cursor(said.get("cursor")))
            case "subscribe":
                await self._subscribe(said.get("lecture"))
            case _other:
                raise Refused(Code.NOT_UNDERSTOOD)

    async def _subscribe(self, named: Any) -> None:
        """Only this lecture from now on, and others that are named; one that isn't theirs is as if it weren't there."""
        lecture = read_lecture(named)
        if len(self.listener.lectures) >= _MOST_LECTURES:
            raise Refused(Code.TOO_MANY)
        reader = self.listener.opened_with.standing.reader
        if lecture is not None and await threads.run_in(threads.PEOPLE, may_follow, reader, lecture):
            self.listener.lectures.add(lecture)
        else:
            self.listener.tell(frame({"type": "error", "code": "not_found", "lecture": named}))
