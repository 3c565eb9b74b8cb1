"""A POST that comes again with the same `Idempotency-Key` gets the first answer, and does nothing a second time.

The row of the key and whatever the POST does are one transaction. So there is no moment at which one is kept without
the other: a process that dies takes both with it, and the key is free again. Who comes with the same key meanwhile
waits at the unique index until the first has committed, and is told after lock_timeout that it still runs.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.users.models import CustomUser

from .models import IdempotentAnswer
from .rendering import FastJSON

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
LONGEST_KEY: Final = 100
KEPT: Final = dt.timedelta(hours=24)
_SWEPT_AT_ONCE: Final = 500

type Act = Callable[[], Response]


class BadKey(exceptions.APIException):
    """No key that can be kept."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("An Idempotency-Key has 1 to 100 printable ASCII characters.")
    default_code = "bad_idempotency_key"


class KeyUsed(exceptions.APIException):
    """The key came with another body before."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used with another body.")
    default_code = "idempotency_key_used"


class StillRunning(exceptions.APIException):
    """The first one hasn't ended."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The first request with this Idempotency-Key is still running. Try again in a moment.")
    default_code = "still_running"
    wait = 1


def key_of(request: Request) -> str:
    """The key that a POST carries; raises BadKey."""
    key = request.headers[HEADER]
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadKey
    return key


def once(view: APIView, request: Request, act: Act) -> HttpResponseBase:
    """What `act` answers, or answered to the same request before."""
    key = key_of(request)
    user = request.user
    if not isinstance(user, CustomUser):
        raise exceptions.NotAuthenticated
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        kept = claim(user, key, fingerprint)
        if kept.fingerprint != fingerprint:
            raise KeyUsed
        if kept.status is not None:
            return _again(kept)
        response = _tried(view, act)
        if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
            # Nothing was done, so nothing is remembered: the next try is a first one.
            transaction.set_rollback(True)
        else:
            _keep(kept, response)
        return response


def claim(user: CustomUser, key: str, fingerprint: str) -> IdempotentAnswer:
    """The row of the key, held until the transaction ends: a new one has no status yet."""
    mine = IdempotentAnswer(user=user, key=key, fingerprint=fingerprint, made_at=timezone.now())
    try:
        IdempotentAnswer.objects.bulk_create([mine], ignore_conflicts=True)
        kept = IdempotentAnswer.objects.select_for_update().get(user=user, key=key)
    except OperationalError as error:
        if "lock" not in str(error):
            raise
        raise StillRunning from error
    except IdempotentAnswer.DoesNotExist as error:
        # Swept between the two: it was a day old.
        raise StillRunning from error
    if kept.made_at < mine.made_at - KEPT:
        kept.made_at, kept.fingerprint, kept.status = mine.made_at, fingerprint, None
    return kept


def sweep() -> int:
    """Forget answers that are older than a day; how many."""
    old = IdempotentAnswer.objects.filter(made_at__lt=timezone.now() - KEPT)
    swept = 0
    while keys := list(old.values_list("pk", flat=True)[:_SWEPT_AT_ONCE]):
        swept += old.filter(pk__in=keys).delete()[0]
    return swept


def _tried(view: APIView, act: Act) -> Response:
    """The answer, a refusal included; what a refused POST had done is undone, its key stays."""
    try:
        with transaction.atomic():
            return act()
    except Exception as error:
        # Raises what nobody foresaw: that rolls the key back as well.
        return view.handle_exception(error)


def _keep(kept: IdempotentAnswer, response: Response) -> None:
    kept.status = response.status_code
    if response.data is not None:
        kept.media_type, kept.body = "application/json", FastJSON().render(response.data)
    kept.save(update_fields=["made_at", "fingerprint", "status", "media_type", "body"])


def _again(kept: IdempotentAnswer) -> HttpResponse:
    answer = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.media_type or None)
    answer.headers[REPLAYED] = "true"
    if not kept.media_type:
        del answer.headers["Content-Type"]
    return answer


def _fingerprint(request: Request) -> str:
    """Of the method's address and the body, whatever the order of its names."""
    digest = hashlib.sha256(request.get_full_path().encode())
    for part in _parts(request.data):
        digest.update(b"\0")
        digest.update(part)
    return digest.hexdigest()


def _parts(data: Any) -> Iterator[bytes]:
    if not hasattr(data, "lists"):
        yield json.dumps(data, sort_keys=True).encode()
        return
    for name, values in sorted(data.lists()):
        yield name.encode()
        for value in values:
            if isinstance(value, UploadedFile):
                yield from value.chunks()
                value.seek(0)
            else:
                yield str(value).encode()
