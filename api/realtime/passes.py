"""Who opens a socket, by which sign-in, and whether that still holds; what asks the database runs in threads."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings

from backoffice.attendance.selectors import Reader, readers_of
from backoffice.users.models import CustomUser, SignIn
from backoffice.users.sign_ins import person_of, sign_in_at_hand

from .. import tokens
from ..authentication import TokenAuthentication
from ..models import TokenFamily
from .codes import Code
from .tickets import use_ticket


class Refused(Exception):
    """No socket, or none any more."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Standing:
    """What an account is. A socket is for who somebody was when it began; who becomes another connects anew."""

    # Another password or role is another stamp.
    stamp: str
    groups: frozenset[int]
    reader: Reader


@dataclass(frozen=True)
class Pass:
    """What a socket was opened with: the sign-in of a browser, or the sign-in of an app and its token's end."""

    standing: Standing
    sign_in: UUID | None = None
    family: UUID | None = None
    ends_at: dt.datetime | None = None


def by_token(raw: str) -> Pass:
    """An app's access token; raises Refused."""
    check = TokenAuthentication()
    try:
        token = check.get_validated_token(raw.encode())
        user = check.get_user(token)
    except tokens.TokenRefused as error:
        raise Refused(Code.SIGNED_OUT) from error
    ends_at = dt.datetime.fromtimestamp(token["exp"], dt.UTC)
    return Pass(_standing_of(user), family=UUID(token[tokens.FAMILY]), ends_at=ends_at)


def by_ticket(ticket: str) -> Pass:
    """A ticket, which is used up; raises Refused."""
    opened = use_ticket(ticket)
    if opened is None or opened.token_ends_at <= timezone.now():
        raise Refused(Code.SIGNED_OUT)
    named = {tokens.FAMILY: str(opened.family_id), api_settings.USER_ID_CLAIM: str(opened.user_id)}
    try:
        user = tokens.holder(named)
    except tokens.TokenRefused as error:
        raise Refused(Code.SIGNED_OUT) from error
    return Pass(_standing_of(user), family=opened.family_id, ends_at=opened.token_ends_at)


def by_session(key: str) -> Pass:
    """The session of the staff's pages; raises Refused."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    user = person_of(store(key))
    if not isinstance(user, CustomUser):
        raise Refused(Code.SIGNED_OUT)
    return Pass(_standing_of(user), sign_in=sign_in_at_hand(user))


def ends_of(passes: Sequence[Pass]) -> list[Code | None]:
    """For each pass why its socket ends, None when all is as it was; eleven queries, however many they are."""
    standings = _standings_of({one.standing.reader.person_id for one in passes})
    asked = {one.sign_in for one in passes if one.sign_in}
    browsers = SignIn.objects.filter(pk__in=asked, ends_at__gt=timezone.now()).values_list("pk", flat=True)
    families = {one.family for one in passes if one.family}
    apps = TokenFamily.objects.filter(pk__in=families, ended_at=None).values_list("pk", flat=True)
    living: set[UUID | None] = {*browsers, *apps}
    return [_end_of(one, standings, one.sign_in in living or one.family in living) for one in passes]


def _end_of(one: Pass, standings: dict[UUID, Standing], signed_in: bool) -> Code | None:  # noqa: FBT001
    now = standings.get(one.standing.reader.person_id)
    if now is None or not signed_in or (one.sign_in and now.stamp != one.standing.stamp):
        return Code.SIGNED_OUT
    if not now.reader.may_listen:
        return Code.MAY_NOT
    return None if now == one.standing else Code.CHANGED


def _standing_of(user: CustomUser) -> Standing:
    standing = _standings_of({user.pk}).get(user.pk)
    if standing is None:
        raise Refused(Code.SIGNED_OUT)
    if not standing.reader.may_listen:
        raise Refused(Code.MAY_NOT)
    return standing


def _standings_of(person_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Of those whose account is open."""
    readers = readers_of(person_ids)
    groups: dict[UUID, set[int]] = {pk: set() for pk in readers}
    members = CustomUser.groups.through.objects.filter(customuser__in=readers)
    for pk, group in members.values_list("customuser_id", "group_id"):
        groups[pk].add(group)
    people = CustomUser.objects.filter(pk__in=readers).only("password", "role")
    return {one.pk: Standing(tokens.stamp_of(one), frozenset(groups[one.pk]), readers[one.pk]) for one in people}
