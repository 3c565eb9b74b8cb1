"""Who is let in, by what they bring; everybody else is told why not."""

import datetime as dt

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from api import tokens
from api.models import SocketTicket, TokenFamily
from api.realtime.tickets import make_ticket
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import huda, ziad

from .conftest import ADDRESS, ORIGIN, Phone, played, session_of, with_session, with_token

pytestmark = pytest.mark.django_db


def access_of(user, **lives):
    pair = tokens.sign_in(user)
    token = tokens.AccessToken(pair.access)
    if lives:
        token.set_exp(lifetime=dt.timedelta(**lives))
    return token


async def code_of(phone):
    async with phone:
        assert phone.accepted
        return await phone.closed_with()


async def is_let_in(phone):
    async with phone:
        return phone.accepted and (await phone.hear())["type"] == "ready"


@played
async def test_by_the_session_of_the_staffs_pages(sami):
    assert await is_let_in(await sync_to_async(with_session)(sami.user))


@played
async def test_by_a_token_whose_protocol_is_answered(mona, yusuf):
    async with await sync_to_async(with_token)(mona) as phone:
        assert phone.said == "jwt"
        assert (await phone.hear())["type"] == "ready"


@played
async def test_by_a_ticket_and_once_only(mona, yusuf):
    made = await sync_to_async(lambda: make_ticket(access_of(mona)))()
    assert await is_let_in(Phone(f"{ADDRESS}?ticket={made.ticket}"))
    assert await code_of(Phone(f"{ADDRESS}?ticket={made.ticket}")) == 4401


@played
async def test_not_by_a_ticket_that_is_too_old_or_whose_sign_in_ended(mona, yusuf):
    made = await sync_to_async(lambda: make_ticket(access_of(mona)))()
    row = SocketTicket.objects.all()
    assert (await row.aget()).expires_at - timezone.now() <= dt.timedelta(seconds=30)
    await row.aupdate(expires_at=timezone.now())
    assert await code_of(Phone(f"{ADDRESS}?ticket={made.ticket}")) == 4401
    made = await sync_to_async(lambda: make_ticket(access_of(mona)))()
    await TokenFamily.objects.aupdate(ended_at=timezone.now())
    assert await code_of(Phone(f"{ADDRESS}?ticket={made.ticket}")) == 4401


def test_what_is_kept_of_a_ticket_opens_nothing(mona):
    made = make_ticket(access_of(mona))
    assert made.ticket not in str(SocketTicket.objects.values().get())


def test_old_tickets_are_swept_away(mona):
    token = access_of(mona)
    make_ticket(token)
    SocketTicket.objects.update(expires_at=timezone.now())
    make_ticket(token)
    assert SocketTicket.objects.count() == 1


@played
async def test_nobody_else(mona, yusuf):
    refresh = await sync_to_async(lambda: tokens.sign_in(mona).refresh)()
    ended = await sync_to_async(lambda: str(access_of(mona, seconds=-1)))()
    cookies = [b"", b"sessionid=", b"sessionid=nobodysknownsession", b"sessionid=%00", b"sessionid=" + b"x" * 5000]
    strangers = [Phone(), Phone(f"{ADDRESS}?ticket=none"), Phone(f"{ADDRESS}?ticket=%00"), Phone(protocols=["jwt"])]
    strangers += [Phone(protocols=["jwt", token]) for token in ("none", refresh, ended)]
    strangers += [Phone(headers=[ORIGIN, (b"cookie", cookie)]) for cookie in cookies]
    assert [await code_of(one) for one in strangers] == [4401] * len(strangers)


@played
async def test_a_closed_account_is_nobody(sami):
    phones = [await sync_to_async(one)(sami.user) for one in (with_session, with_token)]
    await CustomUser.objects.filter(pk=sami.pk).aupdate(is_active=False)
    assert [await code_of(phone) for phone in phones] == [4401, 4401]


@played
async def test_who_has_nothing_to_hear_here_may_not():
    strangers = [await sync_to_async(with_token)(await sync_to_async(make)()) for make in (ziad, huda)]
    strangers.append(await sync_to_async(with_session)(await sync_to_async(huda)()))
    assert [await code_of(one) for one in strangers] == [4403] * 3


@played
async def test_a_session_is_worth_nothing_on_another_page(sami):
    cookie = (b"cookie", f"sessionid={await sync_to_async(session_of)(sami.user)}".encode())
    for origin in (b"http://evil.example", b"http://testserver.evil.example", b"null"):
        async with Phone(headers=[(b"origin", origin), cookie]) as phone:
            assert not phone.accepted
    assert await code_of(Phone(headers=[cookie])) == 4401
    assert await is_let_in(Phone(headers=[(b"origin", b"https://testserver"), cookie]))


@played
async def test_a_token_on_another_page_is_refused_too(mona, yusuf):
    phone = await sync_to_async(with_token)(mona)
    phone.scope["headers"] = [(b"origin", b"http://evil.example")]
    async with phone:
        assert not phone.accepted


@played
async def test_there_is_no_other_socket():
    for address in ("/", "/ws/", "/ws/attendance", "/ws/attendance/x", "/ws/payments/"):
        async with Phone(address) as phone:
            assert not phone.accepted


@played
async def test_a_socket_ends_with_its_token(mona, yusuf):
    token = await sync_to_async(lambda: str(access_of(mona, seconds=1)))()
    assert await code_of(Phone(protocols=["jwt", token])) == 4408


@played
async def test_a_tickets_socket_ends_with_the_token_it_was_asked_for_with(mona, yusuf):
    made = await sync_to_async(lambda: make_ticket(access_of(mona, seconds=1)))()
    assert await code_of(Phone(f"{ADDRESS}?ticket={made.ticket}")) == 4408
