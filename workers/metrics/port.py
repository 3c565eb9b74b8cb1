"""The port that Prometheus asks: everybody's counts added up, and what further collectors know."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, Protocol

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry, Metric, ProcessCollector, start_http_server
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from . import counted as counted
from .folder import FOLDER

_log = logging.getLogger(__name__)

# Both bring no types.
_sums_of: Any = MultiProcessCollector
_file_of: Any = MmapedDict
_OF_A_PROCESS: Final = re.compile(r"(?P<kind>counter|histogram)_(?P<pid>\d+)\.db")


class Collector(Protocol):
    """Whoever knows something when it is asked."""

    def collect(self) -> Iterable[Metric]:
        """The metrics as they are now."""


class Everybody:
    """What the processes of one start have counted, those that are gone too.

    A web process is replaced every twenty thousand requests: its files are added to those of all who are gone, else
    there would be more of them each day. Only whoever answers Prometheus reads them, so nobody counts one twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._one_at_a_time = folder, Lock()

    def collect(self) -> Iterator[Metric]:
        """The sums over all processes."""
        with self._one_at_a_time:
            self.gather()
            yield from _sums_of(None, str(self._folder)).collect()

    def gather(self) -> None:
        """Add the counts of processes that ended to those of their kind, and remove their files."""
        for file in sorted(self._folder.iterdir()):
            match = _OF_A_PROCESS.fullmatch(file.name)
            if match and not _lives(int(match["pid"])):
                _add(file, self._folder / f"{match['kind']}_gone.db")
                file.unlink()


def open_port(port: int, *further: Collector) -> Callable[[], None] | None:
    """Answer Prometheus from a thread of this process; None, and a line in the log, where the port can't be had.

    Whoever is watched doesn't fail because nobody can watch. The answer closes the port.
    """
    host = settings.WATCHING.metrics_host
    try:
        server, thread = start_http_server(port, host, _registry(*further))
    except OSError as error:
        _log.error("no metrics on %s:%s: %s", host, port, error)
        return None
    return lambda: _close(server, thread)


def _registry(*further: Collector) -> Any:
    folder = os.environ.get(FOLDER)
    # One process by itself: what it counted is in its memory.
    registry = CollectorRegistry() if folder else REGISTRY
    if folder:
        registry.register(Everybody(Path(folder)))
        ProcessCollector(registry=registry)
    for one in further:
        registry.register(one)
    return registry


def _close(server: Any, thread: Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()


def _lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True
        return True
    return False


def _add(file: Path, to: Path) -> None:
    sums = _file_of(str(to))
    try:
        for key, value, timestamp, _position in _file_of.read_all_values_from_file(str(file)):
            sums.write_value(key, sums.read_value(key)[0] + value, timestamp)
    finally:
        sums.close()
