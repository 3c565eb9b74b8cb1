"""Parts that live and die together."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.processes import Part, Running

SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
)


def alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has waited for doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, seconds: float = 10.0) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def pid_in(path: Path) -> int:
    assert eventually(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def part_with_child(path: Path) -> Part:
    """A part that has a child of its own, whose number it writes down."""
    script = f"""
    import pathlib, subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pathlib.Path({str(path)!r}).write_text(str(child.pid))
    time.sleep(60)
    """
    return Part("worker", (sys.executable, "-c", textwrap.dedent(script)))


def test_leaving_stops_every_part():
    with Running() as running:
        running.start(Part("web", SLEEPS))
        running.start(Part("worker", SLEEPS))
        pids = [process.pid for process in running.processes.values()]
        assert all(alive(pid) for pid in pids)
    assert not any(alive(pid) for pid in pids)


def test_a_part_that_dies_is_named_with_its_exit_code():
    with Running() as running:
        running.start(Part("web", SLEEPS))
        running.start(Part("worker", (sys.executable, "-c", "raise SystemExit(7)")))
        assert not running.wait_until(lambda: False, seconds=20)
        assert running.first_dead() == ("worker", 7)


def test_a_killed_part_leaves_no_child_behind(tmp_path):
    with Running() as running:
        running.start(part_with_child(tmp_path / "pid"))
        child = pid_in(tmp_path / "pid")
        running.processes["worker"].kill()
        running.wait_until(lambda: False, seconds=20)
        assert alive(child)
    assert eventually(lambda: not alive(child))


def test_a_part_that_will_not_finish_is_ended_after_the_grace():
    with Running(grace=0.5) as running:
        running.start(Part("web", DEAF))
        pid = running.processes["web"].pid
        time.sleep(0.5)
        started = time.monotonic()
    assert not alive(pid)
    assert time.monotonic() - started < 5


def test_waiting_gives_up_at_the_deadline():
    with Running() as running:
        running.start(Part("web", SLEEPS))
        assert not running.wait_until(lambda: False, seconds=0.3)
        assert running.wait_until(lambda: True)
        assert running.first_dead() is None


def test_the_former_signal_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    with Running():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.fixture
def supervisor(tmp_path) -> Iterator[tuple[subprocess.Popen, int]]:
    """A process that holds one part, and the number of that part's child."""
    script = f"""
    import sys
    sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
    from workers.tests.test_processes import part_with_child
    from workers.processes import Running
    from pathlib import Path
    with Running(grace=5) as running:
        running.start(part_with_child(Path({str(tmp_path / "pid")!r})))
        running.wait_until(lambda: False)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    try:
        yield process, pid_in(tmp_path / "pid")
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_without_orphans(supervisor, number):
    process, child = supervisor
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert eventually(lambda: not alive(child))


def test_a_part_is_told_when_its_supervisor_is_killed(supervisor):
    process, child = supervisor
    leader = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1])
    assert os.getpgid(leader) == leader
    process.kill()
    assert eventually(lambda: not alive(leader))
    os.kill(child, signal.SIGKILL)
