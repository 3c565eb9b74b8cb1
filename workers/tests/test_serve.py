"""`manage.py serve` answers with a sentence when it can't start."""

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from workers.management.commands import serve
from workers.processes import Running


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def never_starts(monkeypatch):
    """No part may be started when the port can't be had."""
    monkeypatch.setattr(Running, "start", lambda *_: pytest.fail("a part was started"))


def test_a_taken_port_is_named_and_another_one_offered(never_starts):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is taken .*make run PORT="):
            call_command("serve", port=port)


def test_a_port_of_everybody_counts_as_taken(never_starts):
    with socket.create_server(("0.0.0.0", 0)) as other, pytest.raises(CommandError, match="is taken"):
        call_command("serve", port=other.getsockname()[1])


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(never_starts, port):
    with pytest.raises(CommandError, match=f"There is no port {port}"):
        call_command("serve", port=port)


def test_an_address_that_is_not_ours_is_refused(never_starts):
    with pytest.raises(CommandError, match=r"Can't listen on 192\.0\.2\.1"):
        call_command("serve", host="192.0.2.1", port=8123)


def test_a_web_server_that_dies_at_the_start_is_named_and_the_worker_stopped(monkeypatch):
    import sys

    from workers.processes import Part

    monkeypatch.setattr(serve, "_web", lambda *_: Part("web", (sys.executable, "-c", "raise SystemExit(3)")))
    monkeypatch.setattr(
        serve, "worker_part", lambda: Part("worker", (sys.executable, "-c", "import time; time.sleep(60)"))
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CommandError, match="web server ended by itself with code 3"):
        call_command("serve", port=port, stdout=StringIO())
