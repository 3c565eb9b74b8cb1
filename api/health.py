"""Whether the process lives, and whether what it stands on does; for whoever watches the server, so in no language."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cache as once
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from uuid import uuid4

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import Schedule

from backoffice.shared.impatience import within_seconds

logger = logging.getLogger(__name__)

# The most frequent schedule comes every ten minutes, and the worker looks every half minute.
LATEST: Final = dt.timedelta(minutes=5)
_PATIENCE: Final = 2.0  # seconds
# Who gave up after that says so itself.
_A_LITTLE: Final = 0.2


class NotReady(Exception):
    """A part isn't as it must be."""


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """GET /health/live: this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """GET /health/ready: each part by its name; 503 when one fails. Why it fails is in the log, not in the answer."""
    found = _found()
    fine = all(state == "ok" for state in found.values())
    return JsonResponse({"status": "ok" if fine else "failed", **found}, status=200 if fine else 503)


def check_database() -> None:
    """It answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_channel_layer() -> None:
    """What is sent comes back."""
    async_to_sync(_send_and_receive)()


def check_queue() -> None:
    """The worker does what is due."""
    late = timezone.now() - LATEST
    if not Schedule.objects.exists():
        raise NotReady("there are no schedules: manage.py prepare_database")
    overdue = list(Schedule.objects.filter(next_run__lt=late).values_list("name", flat=True))
    if overdue:
        raise NotReady(f"overdue: {', '.join(overdue)}")


def check_migrations() -> None:
    """Each migration that is in the code is in the database."""
    if missing := missing_migrations():
        raise NotReady(f"not applied: {sorted(missing)[:5]}")


def missing_migrations() -> frozenset[tuple[str, str]]:
    """Those that are in the code and not in the database, each with its app."""
    return _in_the_code() - set(MigrationRecorder(connection).applied_migrations())


def check_cache() -> None:
    """What counts tries keeps what it is given."""
    word = uuid4().hex
    cache.set("health", word, 10)
    if cache.get("health") is None:
        raise NotReady("the cache keeps nothing")


def check_private_files() -> None:
    """A personal file can be put where those are kept; a store on the network is asked for nothing here."""
    storage = storages["private"]
    if isinstance(storage, FileSystemStorage):
        Path(storage.location).mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=storage.location) as file:
            file.write(b"health")


CHECKS: Final[dict[str, Callable[[], None]]] = {
    "database": check_database,
    "channel_layer": check_channel_layer,
    "queue": check_queue,
    "migrations": check_migrations,
    "cache": check_cache,
    "private_files": check_private_files,
}
_OF_THE_DATABASE: Final = ("database", "queue", "migrations")


def _found() -> dict[str, str]:
    """What each check says; what keeps silent has failed, and all of them keep whoever asks for two seconds at most.

    The database is asked here, everything else meanwhile in threads of its own.
    """
    own = [*_OF_THE_DATABASE, *([] if settings.REDIS_URL else ["cache"])]
    others = ThreadPoolExecutor(len(CHECKS), "ready")
    try:
        begun = time.monotonic()
        asked = {
            name: others.submit(copy_context().run, _state, name, check)
            for name, check in CHECKS.items()
            if name not in own
        }
        with within_seconds(_PATIENCE):
            found = {"database": _state("database", check_database)}
            for name in own[1:]:
                # Without it there is nothing to ask.
                found[name] = _state(name, CHECKS[name]) if found["database"] == "ok" else "failed"
        for name, state in asked.items():
            found[name] = _in_time(name, state, begun + _PATIENCE + _A_LITTLE - time.monotonic())
    finally:
        others.shutdown(wait=False)
    return {name: found[name] for name in CHECKS}


def _in_time(name: str, state: Future[str], seconds: float) -> str:
    try:
        return state.result(max(seconds, 0.0))
    except TimeoutError:
        logger.warning("not ready: %s: keeps silent", name)
        return "failed"


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        logger.warning("not ready: %s: %s", name, error)
        return "failed"
    return "ok"


async def _send_and_receive() -> None:
    layer = get_channel_layer()
    if layer is None:
        raise NotReady("there is no channel layer")
    word = uuid4().hex
    async with asyncio.timeout(_PATIENCE):
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "health", "word": word})
        if (await layer.receive(channel)).get("word") != word:
            raise NotReady("another message came")


@once
def _in_the_code() -> frozenset[tuple[str, str]]:
    """By the names of the files: to load 250 of them would take seconds and their memory."""
    return frozenset(
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[0-9]*.py")
    )


urlpatterns = [path("live", live), path("ready", ready)]
