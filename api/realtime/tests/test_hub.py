"""The hub: right whatever becomes of the doorbell, held up by no reader, and done with who isn't who they were."""

import asyncio
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.utils import timezone

from api import tokens
from api.models import TokenFamily
from api.realtime import hub, listener, passes
from api.realtime.codes import Code
from api.realtime.listener import Listener
from backoffice.attendance import events
from backoffice.attendance.models import AttendanceEvent
from backoffice.users.models import CustomUser, SignIn
from backoffice.users.services import deactivate_user, set_groups, set_password
from backoffice.users.tests.makers import make_child, make_staff, manager

from .conftest import ADDRESS, Phone, played, session_of, with_session, with_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(db):
    """A supervisor, who is told of all attendance."""
    return make_staff("Supervisors")


def cursors(heard):
    return [message["cursor"] for message in heard]


# The doorbell.
class MuteLayer(InMemoryChannelLayer):
    """Takes everything and brings nothing: the worker's, in the embedded default."""

    async def group_send(self, group, message):
        return


class BrokenLayer(InMemoryChannelLayer):
    """A Redis that is down."""

    async def new_channel(self, prefix=""):
        raise ConnectionRefusedError

    async def group_send(self, group, message):
        raise ConnectionRefusedError


@pytest.mark.parametrize("layer", [MuteLayer, BrokenLayer])
def test_without_a_doorbell_the_table_is_read(supervisor, yusuf, mark, monkeypatch, layer):
    for module in (hub, events):
        monkeypatch.setattr(module, "get_channel_layer", layer)
    monkeypatch.setattr(events, "_circuit", events._Circuit())
    monkeypatch.setattr(hub, "BACKSTOP", 0.1)

    @played
    async def through_it():
        async with await sync_to_async(with_token)(supervisor) as phone:
            await phone.begin()
            for round_ in range(2):
                await mark(yusuf)
                assert cursors(await phone.hear(2)) == [2 * round_ + 1, 2 * round_ + 2]

    through_it()


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (0, 0, 1, 2, 1), (2,), (0, 2)])
def test_a_doorbell_out_of_order_changes_no_order(supervisor, yusuf, mark, monkeypatch, order):
    monkeypatch.setattr(hub, "BACKSTOP", 3600)

    @played
    async def rung():
        async with await sync_to_async(with_token)(supervisor) as phone:
            await phone.begin()
            monkeypatch.setattr(events, "send", lambda _events: None)
            for _ in range(3):
                await mark(yusuf)
            rows = [event async for event in AttendanceEvent.objects.all()]
            for place in order:
                told = [events._on_the_layer(event) for event in rows[2 * place : 2 * place + 2]]
                message = {"type": events.MESSAGE, "events": told, "last": 2 * place + 2}
                await get_channel_layer().group_send(events.GROUP, message)
            assert cursors(await phone.hear(6)) == [1, 2, 3, 4, 5, 6]
            assert await phone.hears_nothing()

    rung()


@played
async def test_a_doorbell_that_only_says_how_far_is_enough(supervisor, yusuf, mark, monkeypatch):
    monkeypatch.setattr(events, "_AT_ONCE", 1)
    monkeypatch.setattr(hub, "BACKSTOP", 3600)
    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.begin()
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [1, 2]


@played
async def test_a_database_that_is_away_for_a_moment_loses_nothing(supervisor, yusuf, mark, monkeypatch):
    for module in (hub, events):
        monkeypatch.setattr(module, "get_channel_layer", MuteLayer)
    monkeypatch.setattr(hub, "_REST", 0.05)
    monkeypatch.setattr(hub, "BACKSTOP", 0.1)
    read, failed = hub._read_after, []

    def away(cursor):
        failed.append(cursor)
        if len(failed) < 3:
            raise OperationalError
        return read(cursor)

    async with await sync_to_async(with_token)(supervisor) as phone:
        await phone.begin()
        monkeypatch.setattr(hub, "_read_after", away)
        await mark(yusuf)
        assert cursors(await phone.hear(2)) == [1, 2]
        assert len(failed) >= 3


@played
async def test_a_hub_lives_from_the_first_socket_to_the_last(supervisor, yusuf, mark):
    loop = asyncio.get_running_loop()
    assert loop not in hub._hubs
    async with await sync_to_async(with_token)(supervisor) as first:
        await first.begin()
        made = hub._hubs[loop]
        async with await sync_to_async(with_token)(supervisor) as second:
            await second.begin()
            assert hub._hubs[loop] is made
            assert len(made.listeners) == 2
        assert len(made.listeners) == 1
        await mark(yusuf)
        assert cursors(await first.hear(2)) == [1, 2]
    assert loop not in hub._hubs
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*made._tasks)
    assert all(task.done() for task in made._tasks)
    assert not get_channel_layer().groups.get(events.GROUP)


@played
async def test_no_query_is_asked_for_an_event_that_rings_in_order(
    supervisor, mona, yusuf, mark, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(hub, "BACKSTOP", 3600)
    phones = [await sync_to_async(with_token)(one) for one in (supervisor, mona)]
    async with phones[0], phones[1]:
        for phone in phones:
            await phone.begin()
        monkeypatch.setattr(hub, "_read_after", lambda _cursor: pytest.fail("the table was read"))
        await mark(yusuf)
        assert cursors(await phones[0].hear(2)) == [1, 2]
        assert (await phones[1].hear())["cursor"] == 1


# Readers that are slow.
class Reader:
    """The other end of a socket, as the server has it: takes frames while it reads."""

    def __init__(self):
        self.reads, self.took, self.transport = asyncio.Event(), [], None

    async def send(self, message):
        await self.reads.wait()
        self.took.append(message)


class Transport(asyncio.WriteTransport):
    """Of a server that has one."""

    aborted = False

    def abort(self):
        self.aborted = True

    def is_closing(self):
        return True


async def for_ever():
    await asyncio.sleep(3600)


@played
async def test_a_reader_that_stalls_is_dropped_and_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(listener, "GRACE", 0.1)
    stalled, quick = Reader(), Reader()
    stalled.transport = Transport()
    quick.reads.set()
    one, other = Listener(stalled.send, None), Listener(quick.send, None)
    one.reading = asyncio.ensure_future(for_ever())
    for number in range(2 * listener.WAITING_AT_MOST):
        for each in (one, other):
            each.tell({"type": "websocket.send", "text": str(number)})
    # Not a turn of the loop has passed.
    assert len(quick.took) == 2 * listener.WAITING_AT_MOST
    assert one.ended
    assert not other.ended
    await one.finish()
    assert stalled.transport.aborted
    assert stalled.took == []
    await asyncio.wait([one.reading], timeout=1)
    assert one.reading.cancelled()


@played
async def test_a_reader_that_reads_on_in_time_hears_why_it_is_dropped(monkeypatch):
    monkeypatch.setattr(listener, "GRACE", 0.1)
    late = Reader()
    late.transport = Transport()
    one = Listener(late.send, None)
    for _ in range(listener.WAITING_AT_MOST + 2):
        one.tell({"type": "websocket.send", "text": ""})
    assert one.ended
    await asyncio.sleep(0)
    late.reads.set()
    await one.finish()
    assert late.took[-1] == {"type": "websocket.close", "code": Code.TOO_SLOW}
    assert not late.transport.aborted


@played
async def test_a_reader_that_pauses_gets_everything_in_order():
    pausing = Reader()
    one = Listener(pausing.send, None)
    texts = [str(number) for number in range(100)]
    for text in texts[:50]:
        one.tell({"type": "websocket.send", "text": text})
    pausing.reads.set()
    for text in texts[50:]:
        one.tell({"type": "websocket.send", "text": text})
    while len(pausing.took) < 100:
        await asyncio.sleep(0)
    assert [message["text"] for message in pausing.took] == texts


@played
async def test_who_stalls_while_told_what_was_missed_is_dropped(supervisor, yusuf, mark, monkeypatch):
    monkeypatch.setattr(listener, "GRACE", 0.1)
    for _ in range(3):
        await mark(yusuf)
    standing = await sync_to_async(passes._standing_of)(supervisor)
    stalled = Reader()
    one = Listener(stalled.send, passes.Pass(standing))
    here = hub.hub_here()
    await here.join(one)
    await here.resume(one, 0)
    assert one.ended
    here.leave(one)


@played
async def test_a_connection_the_server_has_given_up_is_cut():
    gone = Reader()
    gone.transport = Transport()
    one = Listener(gone.send, None)
    one.cut_if_given_up()
    assert gone.transport.aborted


# Who is no longer who they were.
def leaves_a_group(user):
    set_groups(user.pk, groups=[], by=manager())


def joins_a_group(user):
    user.groups.add(Group.objects.get(name="Marketing"))


def takes_another_role(user):
    CustomUser.objects.filter(pk=user.pk).update(role="student")


def changes_the_password(user):
    set_password(user.pk, password="palms-of-giza-99", by=None)


def is_closed(user):
    deactivate_user(user.pk, by=manager())


def signs_out(user):
    SignIn.objects.all().delete()
    TokenFamily.objects.update(ended_at=timezone.now())


def stays_too_long(user):
    SignIn.objects.update(ends_at=timezone.now())
    TokenFamily.objects.all().delete()


CHANGES = {
    leaves_a_group: {with_session: Code.MAY_NOT, with_token: Code.SIGNED_OUT},
    joins_a_group: {with_session: Code.CHANGED, with_token: Code.CHANGED},
    takes_another_role: {with_session: Code.SIGNED_OUT, with_token: Code.CHANGED},
    changes_the_password: {with_session: Code.SIGNED_OUT, with_token: Code.CHANGED},
    is_closed: {with_session: Code.SIGNED_OUT, with_token: Code.SIGNED_OUT},
    signs_out: {with_session: Code.SIGNED_OUT, with_token: Code.SIGNED_OUT},
    stays_too_long: {with_session: Code.SIGNED_OUT, with_token: Code.SIGNED_OUT},
}


@pytest.mark.parametrize("way", [with_session, with_token])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_person_ends_the_socket(supervisor, monkeypatch, change, way):
    monkeypatch.setattr(hub, "LOOK_AGAIN", 0.1)

    @played
    async def while_it_is_open():
        async with await sync_to_async(way)(supervisor) as phone:
            await phone.begin()
            await asyncio.sleep(0.15)
            await sync_to_async(change)(supervisor)
            assert await phone.closed_with() == CHANGES[change][way]

    while_it_is_open()


@played
async def test_another_child_ends_a_parents_socket(mona, yusuf, monkeypatch):
    monkeypatch.setattr(hub, "LOOK_AGAIN", 0.1)
    async with await sync_to_async(with_token)(mona) as phone:
        await phone.begin()
        await sync_to_async(make_child)(primary_parent=mona.parent)
        assert await phone.closed_with() == Code.CHANGED


@played
async def test_a_new_pair_of_tokens_leaves_the_socket_open(mona, yusuf, mark, monkeypatch):
    monkeypatch.setattr(hub, "LOOK_AGAIN", 0.1)
    pair = await sync_to_async(tokens.sign_in)(mona)
    async with Phone(ADDRESS, protocols=["jwt", pair.access]) as phone:
        await phone.begin()
        await sync_to_async(tokens.exchange)(pair.refresh)
        await asyncio.sleep(0.3)
        await mark(yusuf)
        assert (await phone.hear())["cursor"] == 1


def test_a_look_at_every_sign_in_asks_as_little_for_many_as_for_one(mona, yusuf, sami, django_assert_num_queries):
    people = [make_staff("Supervisors") for _ in range(5)]
    opened = [passes.by_session(session_of(one)) for one in people]
    opened += [passes.by_token(tokens.sign_in(one).access) for one in (mona, sami.user, *people)]
    for some in (opened[4:6], opened):
        with django_assert_num_queries(11):
            assert passes.ends_of(some) == [None] * len(some)


def test_the_promised_minute_is_kept():
    assert hub.LOOK_AGAIN <= 30
