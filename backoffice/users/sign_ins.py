"""The person of a session, for as long as their sign-in there isn't ended; asked in one query with who they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from backoffice.shared.addresses import client_address

from .models import CustomUser, SignIn

#: Where a session names its sign-in.
NAMED: Final = "sign_in"
_asked: ContextVar[UUID | None] = ContextVar("sign_in_asked", default=None)


class SignedIn(AuthenticationMiddleware):
    """Django's own, for which a session is somebody's only as long as its sign-in isn't ended."""

    def process_request(self, request: HttpRequest) -> None:
        """The person, looked for when somebody asks."""
        request.user = SimpleLazyObject(lambda: _kept(request))  # type: ignore[assignment]
        request.auser = sync_to_async(lambda: _kept(request))


def person_of(session: Any) -> CustomUser | AnonymousUser:
    """Whose session it is; one whose sign-in was ended, or has none, is emptied and nobody's."""
    with _asking(sign_in_of(session)):
        user: Any = auth.get_user(_Asked(session))  # type: ignore[arg-type]
    if user.is_authenticated and sign_in_at_hand(user) is None:
        session.flush()
        return AnonymousUser()
    return user


def with_sign_in(people: "QuerySet[CustomUser]") -> "QuerySet[CustomUser]":
    """People with the sign-in of the session that is asked about: `signed_in_by`, and `seen_here_at`.

    Both None for one that was ended.
    """
    here = Q(sign_ins__pk=_asked.get(), sign_ins__ends_at__gt=timezone.now())
    joined = people.annotate(_here=FilteredRelation("sign_ins", condition=here))
    return joined.annotate(signed_in_by=F("_here__pk"), seen_here_at=F("_here__seen_at"))


def sign_in_at_hand(user: Any) -> UUID | None:
    """By which sign-in the person of a request came."""
    return getattr(user, "signed_in_by", None)


def sign_in_of(session: Any) -> UUID | None:
    """Which sign-in the session says it is of."""
    try:
        return UUID(session.get(NAMED))
    except (TypeError, ValueError, AttributeError):
        return None


def begin(request: HttpRequest, user: CustomUser) -> None:
    """Note where somebody has signed in; a session that has a sign-in of theirs goes on with it."""
    from .services.sign_ins import begin_sign_in

    session = request.session
    known = sign_in_of(session)
    if known is not None and SignIn.objects.filter(pk=known, user=user, ends_at__gt=timezone.now()).exists():
        return
    lasts = timedelta(seconds=session.get_expiry_age())
    browser = request.headers.get("User-Agent", "")
    sign_in = begin_sign_in(user, address=client_address(request), browser=browser, lasts=lasts)
    session[NAMED] = str(sign_in.pk)


def note_signed_in(request: HttpRequest | None, user: CustomUser, **_signal: Any) -> None:
    """Django says that somebody signed in; the apps, which have tokens, come without a session."""
    if request is not None and hasattr(request, "session"):
        begin(request, user)


def note_signed_out(request: HttpRequest | None, **_signal: Any) -> None:
    """Django says that somebody signed out."""
    from .services.sign_ins import forget_sign_in

    if request is not None and (known := sign_in_of(getattr(request, "session", None))) is not None:
        forget_sign_in(known)


class _Asked:
    """As much of a request as Django asks for."""

    def __init__(self, session: Any) -> None:
        self.session = session


@contextmanager
def _asking(sign_in: UUID | None) -> Iterator[None]:
    token = _asked.set(sign_in)
    try:
        yield
    finally:
        _asked.reset(token)


def _kept(request: HttpRequest) -> CustomUser | AnonymousUser:
    """The person of a request, who is looked for once, and was seen."""
    if not hasattr(request, "_cached_user"):
        user = person_of(request.session)
        request._cached_user = user  # type: ignore[attr-defined]
        if isinstance(user, CustomUser):
            _see(request, user)
    return request._cached_user  # type: ignore[attr-defined]


def _see(request: HttpRequest, user: CustomUser) -> None:
    from .services.sign_ins import SEEN_EVERY, note_seen

    sign_in, seen_at = sign_in_at_hand(user), user.seen_here_at  # type: ignore[attr-defined]
    if sign_in is not None and timezone.now() - seen_at > SEEN_EVERY:
        note_seen(sign_in, address=client_address(request))
