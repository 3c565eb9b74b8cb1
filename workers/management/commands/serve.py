"""`manage.py serve`: the web server and the worker, started and stopped together."""

import errno
import resource
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from workers.heartbeat import Watch, worker_part
from workers.metrics.folder import shared_folder
from workers.processes import Running
from workers.web_server import answers, web_part

_SECONDS_TO_START = 60.0
_OPEN_FILES = 65_536


class Command(BaseCommand):
    """Run the centre on this machine until Ctrl-C."""

    help = "Starts the web server (pages, API and sockets on one port) and the worker, and stops both on Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--prepare", action="store_true", help="do what prepare_database --demo does, then start")

    def handle(self, *args: Any, host: str, port: int, prepare: bool, **options: Any) -> None:
        """Start both parts, say where they are, and wait."""
        _require_free_port(host, port)
        if prepare:
            call_command("prepare_database", "--demo", stdout=self.stdout)
            # The parts make their own connections; ours would hold the database while they run.
            connections.close_all()
        _allow_open_files()
        with shared_folder(settings.WATCHING.metrics_port), Running() as running:
            running.start(web_part(host, port))
            running.start(worker_part())
            if running.wait_until(lambda: answers(host, port), _SECONDS_TO_START):
                self._announce(host, port)
                running.wait_until(Watch(running, worker_part()).look)
            dead = running.first_dead()
            asked = running.stop_asked
            self.stdout.write("")
            self.stdout.write(_("Stopping…"))
        if asked:
            self.stdout.write(_("Stopped."))
        elif dead:
            raise CommandError(
                _("The %(part)s ended by itself with code %(code)d; the rest was stopped.") % dead_words(dead)
            )
        else:
            raise CommandError(_("The web server did not answer within %d seconds.") % _SECONDS_TO_START)

    def _announce(self, host: str, port: int) -> None:
        """The address in both languages, and the demo's accounts where there is a demo."""
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104  only compared
        self.stdout.write("")
        for language in ("ar", "en"):
            with translation.override(language):
                address = f"http://{shown}:{port}{reverse('admin:index')}"
                self.stdout.write(self.style.SUCCESS(_("Redwan Courses Center is open: %s") % address))
        if settings.DEBUG and "load_demo" in get_commands():
            call_command("load_demo", "--accounts", stdout=self.stdout)
        self.stdout.write(_("Ctrl-C stops the web server and the worker."))
        self.stdout.flush()


def _allow_open_files() -> None:
    """Each socket of an app or a page is an open file; most systems begin at 1,024 and allow many more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def dead_words(dead: tuple[str, int]) -> dict[str, Any]:
    """The words for a part that ended."""
    names = {"web": _("web server"), "worker": _("worker")}
    return {"part": names[dead[0]], "code": dead[1]}


def _require_free_port(host: str, port: int) -> None:
    """Say in words what the operating system would answer with a number."""
    if not 1 <= port <= 65535:
        raise CommandError(_("There is no port %d: choose one between 1024 and 65535.") % port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(_sentence(error, host, port)) from error


def _sentence(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return _(
                "Port %(port)d is taken by another program (perhaps by an earlier start that still runs). "
                "Stop it, or choose another port: make run PORT=%(other)d"
            ) % {"port": port, "other": port + 1 if port < 65535 else 8000}
        case errno.EACCES:
            return _("Port %d is kept for the system's own services: choose one from 1024 on.") % port
        case _other:
            return _("Can't listen on %(host)s: %(reason)s") % {"host": host, "reason": error.strerror or error}
