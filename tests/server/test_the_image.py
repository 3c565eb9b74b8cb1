"""What the Dockerfile says works in an empty folder, and what it starts says in words what is missing."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.centre import fresh_database
from tests.sockets.servers import free_port

from .image import ROOT, Image, fresh_venv
from .machines.parts import eventually
from .whole import Whole

pytestmark = [pytest.mark.server, pytest.mark.postgres]
#: Seconds to the worker's first heartbeat (compose's start_period).
STARTS_WITHIN = 180
EVERY_COMMAND = """
import django, io, sys
django.setup()
from django.core.management import get_commands, load_command_class
names = [name for name, app in get_commands().items() if app.split(".")[0] in {"backoffice", "api", "cms", "workers"}]
for name in names:
    load_command_class(get_commands()[name], name).print_help("manage.py", name)
print("all", len(names))
"""


@pytest.fixture(scope="module")
def image():
    """Built once: where everybody may look in, as into an image."""
    folder = Path(tempfile.mkdtemp(prefix="redwan-image-"))
    folder.chmod(0o755)
    (folder / "app").mkdir()
    yield Image(folder / "app", fresh_venv(folder / "venv")).build()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def told(redis, image, tmp_path_factory):
    """A new database, a Redis, and what compose says."""
    with fresh_database(tmp_path_factory.mktemp("database")) as database:
        yield {
            "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
            "DJANGO_SECRET_KEY": "k" * 60,
            "DJANGO_ALLOWED_HOSTS": "localhost",
            "DATABASE_ENGINE": "postgresql",
            "DATABASE_NAME": database.name,
            "DATABASE_HOST": os.environ.get("DATABASE_HOST", "127.0.0.1"),
            "DATABASE_PORT": os.environ.get("DATABASE_PORT", "5432"),
            "DATABASE_USERNAME": os.environ.get("DATABASE_USERNAME", ""),
            "DATABASE_PASSWORD": os.environ.get("DATABASE_PASSWORD", ""),
            "REDIS_URL": redis.url,
            "VAR_DIR": str(image.folder / "var"),
            "STATIC_ROOT": str(image.folder / "static"),
            "BACKUP_DIR": str(image.folder / "backups"),
            "WEB_HOST": "127.0.0.1",
            "WEB_PORT": str(free_port()),
            "WEB_PROCESSES": "1",
        }


@pytest.fixture
def web(image, told):
    """`Whole` from the image's folder."""
    started = []

    def start(**more):
        port = free_port()
        env = image.env | told | more | {"WEB_PORT": str(port)}
        one = FromImage(image, port, env)
        one.start()
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()


class FromImage(Whole):
    """As its container starts it."""

    def __init__(self, image, port, env):
        self.image, self.port, self.process, self._environment = image, port, None, env

    def start(self):
        """In the image's folder, by its user."""
        popen = subprocess.Popen
        command = self.image.as_user(self.image.command)
        self.process = popen(command, cwd=self.image.folder, env=self._environment, stdout=subprocess.DEVNULL)
        self.answering()


def plain(outcome):
    """What it said, which is no traceback."""
    said = outcome.stdout + outcome.stderr
    assert "Traceback" not in said, said[-3000:]
    return said


def test_its_steps_leave_what_runs_and_nothing_else(image):
    packages, collected = image.done
    assert packages.startswith("pip install --no-deps --require-hashes")
    assert "collectstatic" in collected
    names = {path.name for path in image.folder.iterdir()}
    assert names >= {
        "manage.py",
        "backoffice",
        "api",
        "cms",
        "reports",
        "workers",
        "static",
        "var",
        "backups",
        "locale",
    }
    assert not names & {"tests", "benchmarks", "docs", ".git", ".venv", ".env", ".ci", "Dockerfile", "secrets"}
    assert not list(image.folder.rglob("tests/test_*.py"))
    manifest = json.loads((image.folder / "static" / "staticfiles.json").read_text())["paths"]
    style = image.folder / "static" / manifest["css/admin.css"]
    assert style.with_name(f"{style.name}.gz").exists()


def test_every_command_answers_as_the_images_user_who_can_write_nowhere_else(image, told):
    done = image.run(["python3", "-c", EVERY_COMMAND], **told)
    assert done.returncode == 0, done.stderr[-3000:]
    ours = [*ROOT.glob("*/management/commands/[a-z]*.py"), *ROOT.glob("backoffice/*/management/commands/[a-z]*.py")]
    assert done.stdout.splitlines()[-1] == f"all {len(ours)}"
    for place, may in (("manage.py", False), ("backoffice/x", False), ("var/x", True), ("backups/x", True)):
        assert (image.run(["touch", place]).returncode == 0) == (may or os.geteuid() != 0)


def test_with_everything_there_it_starts_twice_and_answers(image, told, web):
    for _time in range(2):
        done = image.run(image.of_compose("setup"), **told)
        assert done.returncode == 0, plain(done)
        server = web()
        probe = image.run("python3 -m workers.server.probe", **told | {"WEB_PORT": str(server.port)})
        assert probe.returncode == 0, probe.stderr
        assert server.get("/courses-admin/login/", X_Forwarded_Proto="https")[0].status == 301
        server.send(15)
        assert server.ended(30) == 0


@contextmanager
def working(image, told):
    """The worker as its container starts it; its health is asked as the container's check asks it."""
    command = image.as_user(image.of_compose("worker"))
    quiet = subprocess.DEVNULL
    worker = subprocess.Popen(command, cwd=image.folder, env=image.env | told, stdout=quiet, stderr=quiet)
    try:
        eventually(lambda: image.run("python3 manage.py health", **told).returncode == 0, STARTS_WITHIN)
        yield worker
    finally:
        worker.terminate()
        assert worker.wait(60) == 0


@pytest.mark.parametrize("has_redis", [True, False], ids=["with Redis", "without Redis"])
def test_the_worker_works_and_stops_when_it_is_asked_to(image, told, has_redis):
    """It needs no Redis: its tasks lie in the database."""
    told = told if has_redis else told | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    # So that no earlier worker's sign of life is taken for this one's.
    image.run(
        ["python3", "manage.py", "shell", "-c", "from django_q.models import Task; Task.objects.all().delete()"], **told
    )
    with working(image, told) as worker:
        assert worker.poll() is None


def test_without_the_database_each_says_so_and_ends(image, told, web):
    away = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(free_port())}
    for service in ("setup", "worker"):
        done = image.run(image.of_compose(service), **told | away)
        said = plain(done)
        assert done.returncode == 1
        assert away["DATABASE_PORT"] in said
    done = image.run("python3 manage.py health", **told | away)
    assert (done.returncode, away["DATABASE_PORT"] in plain(done)) == (1, True)
    # The web server waits for it: it lives, and says that it isn't ready.
    server = web(**away)
    assert server.get("/health/live")[0].status == 200
    status, body = server.get("/health/ready")
    assert (status.status, json.loads(body)["database"]) == (503, "failed")


def test_without_redis_pages_are_answered_and_who_watches_is_told(image, told, web):
    away = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0", "HTTPS_ONLY": "0"}
    done = image.run(image.of_compose("setup"), **told | away)
    assert done.returncode == 0, plain(done)
    server = web(**away)
    assert server.get("/courses-admin/login/")[0].status == 200
    status, body = server.get("/health/ready")
    found = json.loads(body)
    assert (status.status, found["cache"], found["database"]) == (503, "failed", "ok")


@pytest.mark.parametrize("service", ["setup", "worker"])
def test_without_a_key_a_line_says_where_one_comes_from(image, told, service):
    done = image.run(image.of_compose(service), **told | {"DJANGO_SECRET_KEY": ""})
    assert done.returncode == 1
    assert "token_urlsafe(50)" in plain(done)
