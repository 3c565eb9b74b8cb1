"""The payment sheet as an accountant gets it: through the web server as `serve` starts it, signed in, over HTTP.

The server has shown pages before, so its memory is that of a process at work; what is noted is the most it ever had.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from workers.web_server import answers, web_part

from .servers import environment_of

ROOT = Path(__file__).resolve().parents[1]
LIST = "/courses-admin/payments/payment/"
#: Some of the rows, and all.
ASKED = ("csv/?status__exact=pending", "xlsx/?status__exact=pending", "csv/", "xlsx/")
_TIMES = 3
_PIECE = 2**20


@dataclass(frozen=True)
class Served:
    """One download: its address, seconds to the first byte and to the last, its length, the server's peak in MB."""

    address: str
    first: float
    seconds: float
    length: int
    megabytes: int


def served(database: str, folder: Path) -> list[Served]:
    """Each download in its turn, from one server."""
    environment = environment_of(database, VAR_DIR=str(folder), HTTPS_ONLY="0")
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "benchmarks.served_sheet"]
    key = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    with web_server(environment) as (process, port):
        cookie = {"Host": "localhost", "Cookie": f"sessionid={key.strip()}"}
        _get(port, LIST, cookie, whole=True)
        found = []
        for asked in ASKED:
            # A reader who goes away after the first piece, some times; then one who stays.
            left = [_get(port, f"{LIST}sheet/{asked}", cookie, whole=False)[0] for _time in range(_TIMES - 1)]
            first, seconds, length = _get(port, f"{LIST}sheet/{asked}", cookie, whole=True)
            middle = sorted([*left, first])[_TIMES // 2]
            found.append(Served(asked, middle, seconds, length, _peak(process.pid)))
        return found


@contextmanager
def web_server(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The web server as `serve` starts it, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    part = web_part("127.0.0.1", port)
    process = subprocess.Popen(part.command, cwd=ROOT, env={**environment, **part.more})
    try:
        while not answers("127.0.0.1", port):
            if process.poll() is not None:
                raise RuntimeError("the web server ended by itself")
            time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _get(port: int, path: str, headers: dict[str, str], *, whole: bool) -> tuple[float, float, int]:
    """Seconds to the first byte of the body and to the last one asked for, and how many there were."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    started = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    piece = response.read1(_PIECE)
    first, length = time.perf_counter() - started, len(piece)
    while whole and (piece := response.read1(_PIECE)):
        length += len(piece)
    connection.close()
    return first, time.perf_counter() - started, length


def _peak(pid: int) -> int:
    """The most memory that a process ever had, in MB; Linux only."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def sign_in() -> str:
    """A session of a manager of the measured database, who is made if need be."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from backoffice.users.fresh_password import GIVEN
    from backoffice.users.models import CustomUser
    from backoffice.users.services import begin_sign_in
    from backoffice.users.sign_ins import NAMED

    rights = {"is_staff": True, "is_superuser": True, "first_name": "قياس"}
    user, _made = CustomUser.objects.get_or_create(phone_number1="+201099999999", defaults=rights)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "backoffice.users.backends.PhoneBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    an_hour = timedelta(hours=1)
    session[NAMED] = str(begin_sign_in(user, address="", browser="", lasts=an_hour).pk)
    # The sheet is of people: as if the password had just been typed.
    session[GIVEN] = {"by": str(user.pk), "at": time.time()}
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    print(sign_in())
