"""What a socket says, and what may be said to it."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from api.realtime import consumer, hub
from backoffice.attendance.models import AttendanceEvent
from backoffice.attendance.selectors import last_cursor
from backoffice.config.log_lines import RequestId
from backoffice.courses.tests.makers import make_lecture
from backoffice.users.tests.makers import make_staff

from .conftest import ADDRESS, played, with_session, with_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(db):
    """A supervisor, who is told of all attendance."""
    return make_staff("Supervisors")


def cursors(heard):
    return [message["cursor"] for message in heard]


@played
async def test_a_mark_is_told_as_it_is_made(sami, yusuf, other, mark):
    async with await sync_to_async(with_session)(sami.user) as phone:
        assert await phone.begin() == 0
        await mark(yusuf)
        told, summary = await phone.hear(2)
        event = await AttendanceEvent.objects.aget(cursor=1)
        assert told == {"type": "attendance_update", "cursor": 1, "data": event.data}
        assert told["data"]["marked_by"]["name"] == str(sami)
        assert (summary["type"], summary["cursor"], summary["data"]["present"]) == ("summary", 2, 1)
        assert await phone.hears_nothing()


@played
async def test_a_parent_is_told_of_the_own_child_and_not_by_whom(mona, yusuf, other, mark):
    async with await sync_to_async(with_token)(mona) as phone:
        await phone.begin()
        await mark(other, yusuf)
        told = await phone.hear()
        assert told["data"]["participant"] == f"child:{yusuf.child_id}"
        assert told["data"]["marked_by"] is None
        assert await phone.hears_nothing()


@played
async def test_who_was_away_hears_what_was_missed_then_what_comes(supervisor, mona, yusuf, other, mark):
    for row in (yusuf, other, yusuf):
        await mark(row)
    missed = [6, 3, 0]
    for cursor in missed:
        async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor={cursor}") as phone:
            assert await phone.hear() == {"type": "ready", "cursor": 6}
            assert cursors(await phone.hear(6 - cursor)) == [*range(cursor + 1, 7)]
            assert await phone.hears_nothing()
    async with await sync_to_async(with_token)(mona, f"{ADDRESS}?cursor=0") as phone:
        await phone.hear()
        assert cursors(await phone.hear(2)) == [1, 5]
        await mark(yusuf)
        assert (await phone.hear())["cursor"] == 7


@played
async def test_what_happens_before_an_app_says_where_it_resumes_is_told_after_that(supervisor, yusuf, mark):
    await mark(yusuf)
    async with await sync_to_async(with_token)(supervisor) as phone:
        assert (await phone.hear())["cursor"] == 2
        await mark(yusuf)
        await phone.say(type="resume", cursor=1)
        assert cursors(await phone.hear(3)) == [2, 3, 4]
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [5, 6]


@played
async def test_an_app_that_says_nothing_is_told_all_the_same(supervisor, yusuf, mark, monkeypatch):
    monkeypatch.setattr(consumer, "HOLD", 0.3)
    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.hear()
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [1, 2]
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [3, 4]


@played
async def test_what_is_missed_comes_from_the_table_where_memory_ends(supervisor, yusuf, mark, monkeypatch):
    monkeypatch.setattr(hub, "_KEPT", 3)
    monkeypatch.setattr(hub, "_AT_ONCE", 2)
    for _ in range(5):
        await mark(yusuf)
    async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor=1") as phone:
        await phone.hear()
        assert cursors(await phone.hear(9)) == [*range(2, 11)]


@pytest.mark.parametrize("cursor", [0, 3, 99])
def test_what_is_forgotten_or_never_was_is_read_anew(supervisor, yusuf, mark, cursor):
    @played
    async def of_cursor():
        for _ in range(3):
            await mark(yusuf)
        # Four of the six are forgotten.
        await AttendanceEvent.objects.filter(cursor__lte=4).adelete()
        async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor={cursor}") as phone:
            assert await phone.hear() == {"type": "ready", "cursor": 6}
            assert await phone.hear() == {"type": "resync"}
            await mark(yusuf)
            assert cursors(await phone.hear(2)) == [7, 8]

    of_cursor()


@played
async def test_nothing_is_missed_where_all_is_forgotten_and_nothing_happened_since(supervisor, yusuf, mark):
    await mark(yusuf)
    await AttendanceEvent.objects.all().adelete()
    async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor=2") as phone:
        assert await phone.hear() == {"type": "ready", "cursor": await sync_to_async(last_cursor)()}
        assert await phone.hears_nothing()
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [3, 4]


@played
async def test_too_much_that_was_missed_is_read_anew(supervisor, yusuf, mark, monkeypatch):
    monkeypatch.setattr(hub, "_KEPT", 2)
    monkeypatch.setattr(hub, "_MOST_MISSED", 4)
    for _ in range(3):
        await mark(yusuf)
    for cursor, first in ((1, "resync"), (2, "attendance_update")):
        async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor={cursor}") as phone:
            await phone.hear()
            assert (await phone.hear())["type"] == first


@played
async def test_a_named_lecture_is_the_only_one_that_is_told(supervisor, sami, yusuf, mark, lecture):
    elsewhere = await sync_to_async(make_lecture)(lecture.course, day=lecture.day + dt.timedelta(days=1))
    for named, hears in ((elsewhere, False), (lecture, True)):
        async with await sync_to_async(with_token)(supervisor) as phone:
            await phone.begin()
            await phone.say(type="subscribe", lecture=str(named.pk))
            await phone.say(type="ping")
            assert await phone.hear() == {"type": "pong"}
            await mark(yusuf)
            if hears:
                assert (await phone.hear())["data"]["lecture"] == str(lecture.pk)
            else:
                assert await phone.hears_nothing()


@played
async def test_a_foreign_lecture_is_refused_as_if_it_were_not_there(mona, yusuf, lecture):
    foreign = await sync_to_async(make_lecture)(lecture.course, day=lecture.day + dt.timedelta(days=1))
    async with await sync_to_async(with_token)(mona) as phone:
        await phone.begin()
        for named in (str(foreign.pk), str(uuid4()), "no id"):
            await phone.say(type="subscribe", lecture=named)
            assert await phone.hear() == {"type": "error", "code": "not_found", "lecture": named}
        await phone.say(type="subscribe", lecture=str(lecture.pk))
        assert await phone.hears_nothing()


RUBBISH = {
    "no JSON": "hello",
    "half of it": '{"type": "ping"',
    "no object": "[1, 2]",
    "a number": "7",
    "nothing": "null",
    "no type": "{}",
    "another type": '{"type": "attendance_update"}',
    "a list as type": '{"type": ["ping"]}',
    "deep": "[" * 1900,
    "a huge number": '{"type": "resume", "cursor": 1e400}',
    "no cursor": '{"type": "resume"}',
    "a negative cursor": '{"type": "resume", "cursor": -1}',
    "a cursor past all": '{"type": "resume", "cursor": 9223372036854775808}',
    "a true cursor": '{"type": "resume", "cursor": true}',
    "half a cursor": '{"type": "resume", "cursor": 1.5}',
    "no lecture": '{"type": "subscribe"}',
    "a lecture of lists": '{"type": "subscribe", "lecture": []}',
    "nul": "\0",
    "many digits": '{"type": "resume", "cursor": ' + "9" * 1900 + "}",
}


@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish_closes_the_socket(supervisor, what):
    @played
    async def of_it():
        async with await sync_to_async(with_token)(supervisor) as phone:
            await phone.say(RUBBISH[what])
            assert await phone.closed_with() == 4400

    of_it()


@played
async def test_bytes_close_the_socket(supervisor):
    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.socket.send_input({"type": "websocket.receive", "bytes": b"\x00" * 10})
        assert await phone.closed_with() == 4400


@played
async def test_a_cursor_in_the_address_is_read_as_strictly(supervisor):
    for typed in ("-1", "x", "1.5", "", "9" * 25, "٥"):
        async with await sync_to_async(with_token)(supervisor, f"{ADDRESS}?cursor={typed}&") as phone:
            heard = await phone.socket.receive_output(timeout=5)
            # Nothing behind the sign is no cursor at all.
            assert heard["type"] == ("websocket.close" if typed else "websocket.send")


@played
async def test_a_megabyte_closes_the_socket(supervisor):
    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.say(json.dumps({"type": "ping", "more": "x" * 2**20}))
        assert await phone.closed_with() == 1009


@played
async def test_a_hundred_messages_in_a_second_close_the_socket(supervisor):
    async with await sync_to_async(with_token)(supervisor) as phone:
        for _ in range(100):
            await phone.say(type="ping")
        assert await phone.closed_with() == 4429


@played
async def test_a_closed_socket_hears_nothing_more(supervisor, yusuf, mark):
    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.begin()
        await phone.say("rubbish")
        assert await phone.closed_with() == 4400
        await mark(yusuf)
        await phone.say(type="ping")
        assert await phone.hears_nothing()


@played
async def test_a_sockets_lines_in_the_log_have_one_id_of_its_own(supervisor, caplog):
    caplog.handler.addFilter(RequestId())
    with caplog.at_level("INFO", "access"):
        async with (
            await sync_to_async(with_token)(supervisor) as phone,
            await sync_to_async(with_token)(supervisor) as other,
        ):
            await phone.begin()
            await other.begin()
    lines = [one for one in caplog.records if one.name == "access" and one.getMessage().startswith("socket")]
    assert sorted(one.getMessage() for one in lines) == ["socket closed"] * 2 + ["socket opened"] * 2
    ids = {one.request_id for one in lines}
    assert len(ids) == 2
    assert all(len(one) == 32 for one in ids)
    assert {one.user_id for one in lines} == {supervisor.pk}
    assert {one.path for one in lines} == {ADDRESS}
