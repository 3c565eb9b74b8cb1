"""Two web machines and two workers, each with a disk of its own; nginx, PgBouncer, Redis and an object store."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from tests.server.machines.parts import Centre, eventually
from tests.sockets.servers import ROOT, Process, Redis
from workers.web_server import answers


class Machine(Process):
    """A process of the centre's on a machine of its own."""

    def __init__(self, centre: Centre, number: int, folder: Path) -> None:
        super().__init__()
        self.told = centre.environment | {"VAR_DIR": str(folder / f"disk-{self.port}"), "WORKER": str(number)}

    def environment(self) -> dict[str, str]:
        """What all of them are told, and where its own disk is."""
        return self.told | {"WEB_PORT": str(self.port), "WEB_PROCESSES": "1", "TRUSTED_PROXIES": "1"}

    def kill(self) -> None:
        """As a machine that loses its power: all of it at once."""
        assert self.process
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Web(Machine):
    """nginx, gunicorn and uvicorn: `workers.server`."""

    def command(self) -> list[str]:
        """The image's own."""
        return [sys.executable, "-m", "workers.server"]

    def answers(self) -> bool:
        """Whether somebody is behind its port."""
        return answers("127.0.0.1", self.port)


class Worker(Machine):
    """Listens nowhere."""

    def command(self) -> list[str]:
        """The image's own."""
        return [sys.executable, "manage.py", "work"]

    def start(self) -> None:
        """It says nothing; its work does."""
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            self.command(), cwd=ROOT, env=self.environment(), stdout=quiet, stderr=quiet, start_new_session=True
        )


class Front(Process):
    """The proxy of compose.scale.yml, told where these machines are."""

    def __init__(self, webs: list[Web], folder: Path) -> None:
        super().__init__()
        self.webs, self.file = webs, folder / "front.conf"

    def write(self) -> None:
        """Its configuration."""
        folder = self.file.parent
        servers = " ".join(f"server 127.0.0.1:{web.port} max_fails=1 fail_timeout=5s;" for web in self.webs)
        changes = [
            (r"server django-web-app:8000 resolve .*;", servers),
            (r"resolver .*;", ""),
            (r"listen 8000 ", f"listen 127.0.0.1:{self.port} "),
            (r"/tmp/", f"{folder}/front-"),
        ]
        text = (ROOT / "deploy" / "nginx.scale.conf").read_text()
        for old, new in changes:
            text, count = re.subn(old, new, text)
            assert count, old
        user = "user root;\n" if os.geteuid() == 0 else ""
        self.file.write_text(user + text)

    def command(self) -> list[str]:
        """In the foreground."""
        return ["/usr/sbin/nginx", "-e", "stderr", "-c", str(self.file), "-g", "daemon off;"]


@contextmanager
def a_store() -> Iterator[dict[str, str]]:
    """A bucket that every machine reaches, by its settings."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    told = {"MEDIA_S3_ENDPOINT": f"http://{host}:{port}", "MEDIA_S3_BUCKET": "centre", "MEDIA_S3_REGION": "us-east-1"}
    keys = {"MEDIA_S3_KEY": "key", "MEDIA_S3_SECRET": "secret"}
    own = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=told["MEDIA_S3_ENDPOINT"], **own).create_bucket(Bucket="centre")
    yield told | keys
    moto.stop()


class Everything:
    """All of it, running."""

    def __init__(self, centre: Centre, folder: Path, opened: ExitStack) -> None:
        redis = Redis()
        redis.start()
        opened.callback(redis.stop)
        self.store = opened.enter_context(a_store())
        self.centre = centre
        centre.environment |= {"REDIS_URL": redis.url, **self.store}
        self.webs = [Web(centre, number, folder) for number in (1, 2)]
        self.workers = [Worker(centre, number, folder) for number in (1, 2)]
        self.front = Front(self.webs, folder)

    def start(self, opened: ExitStack) -> None:
        """Each until it answers; both webs start side by side."""
        for machine in (*self.workers, *self.webs):
            opened.callback(machine.stop)
        for worker in self.workers:
            worker.start()
        for web in self.webs:
            web.process = subprocess.Popen(web.command(), cwd=ROOT, env=web.environment(), stderr=subprocess.DEVNULL)
        for web in self.webs:
            eventually(web.answers, 90)
        self.front.write()
        self.front.start()
        opened.callback(self.front.stop)
