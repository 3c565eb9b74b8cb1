"""`python3 -m workers.server`: the front, the pages and the sockets, started and stopped in order."""

import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from workers.processes import Running
from workers.web_server import answers

from .mime import MIME_TYPES
from .parts import Plan, front, pages, sockets

_SECONDS_TO_START: Final = 60.0
# The pages have 20 s for what they answer, and what then still runs is ended.
_GRACE: Final = 25.0
_OPEN_FILES: Final = 65_536


def main() -> int:
    """Serve until SIGTERM; 0 when it was asked to stop, 1 when a part ended by itself."""
    _allow_open_files()
    with tempfile.TemporaryDirectory(prefix="redwan-") as folder:
        try:
            plan = Plan.from_environment(Path(folder))
        except (ImproperlyConfigured, ValueError) as error:
            print(f"The server can't start: {error}", file=sys.stderr)  # noqa: T201  there is no log yet
            return 1
        return _serve(plan)


def _serve(plan: Plan) -> int:
    (plan.run / "mime.types").write_text(MIME_TYPES)
    for name in ("body", "proxy"):
        (plan.files / "front" / name).mkdir(parents=True, exist_ok=True)
    with Running(grace=_GRACE) as running:
        running.start(pages(plan))
        running.start(sockets(plan))
        # The port opens when there is somebody behind it.
        behind = (plan.pages_socket, plan.sockets_socket)
        if running.wait_until(lambda: all(map(Path.exists, behind)), _SECONDS_TO_START):
            running.start(front(plan))
            if running.wait_until(lambda: answers(plan.host, plan.port), _SECONDS_TO_START):
                _say(f"answers on {plan.host}:{plan.port} ({plan.processes} processes, {plan.threads} threads)")
                running.wait_until(lambda: False)
        dead, asked = running.first_dead(), running.stop_asked
        # No new visitor, and those inside are answered; sockets are told to come back, or they would keep the front.
        running.finish("front", signal.SIGQUIT, meanwhile=["sockets"])
    if asked:
        return 0
    _say(f"the {dead[0]} ended by itself with code {dead[1]}" if dead else "did not answer in time")
    return 1


def _say(words: str) -> None:
    print(f"server: {words}", file=sys.stderr, flush=True)  # noqa: T201  whoever watches containers reads it


def _allow_open_files() -> None:
    """A socket is two open files of the front's; most systems begin at 1,024 and allow many more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    sys.exit(main())
