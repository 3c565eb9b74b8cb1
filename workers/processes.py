"""Processes that live and die together: the web server and the worker of `manage.py serve`.

Each is the leader of a session of its own, so a Ctrl-C in the terminal reaches us alone and we stop them in order. None
that dies is restarted: it is named, and the others are stopped, because half a system looks like a whole one. (One that
lives and does nothing is another matter: `heartbeat.py`.)
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

_TICK = 0.1
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Part:
    """One process of the system: what it is called and how it is started."""

    name: str
    command: Sequence[str]
    # What its environment has beside ours.
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Running:
    """The started parts. Use as a context manager: whatever happens inside, nothing survives it."""

    grace: float = 10.0  # seconds that a part has to finish what it is doing
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stop_asked: bool = False

    def __enter__(self) -> "Running":
        self._previous = {
            number: signal.signal(number, self._ask_to_stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def start(self, part: Part) -> None:
        """Start a part as the leader of a session of its own."""
        self.processes[part.name] = subprocess.Popen(  # noqa: S603  our own command lines
            part.command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **part.more},
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def restart(self, part: Part) -> None:
        """End a part that does nothing any more, its children included, and start it again."""
        process = self.processes.pop(part.name)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.grace)
        _kill_group(process.pid)
        process.wait()
        self.start(part)

    def first_dead(self) -> tuple[str, int] | None:
        """The name and exit code of a part that is no longer running, if there is one."""
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None:
                return name, code
        return None

    def wait_until(self, condition: Callable[[], bool], seconds: float = float("inf")) -> bool:
        """Wait for the condition; False when it didn't come true before a stop, a death or the deadline."""
        deadline = time.monotonic() + seconds
        while not self.stop_asked and self.first_dead() is None and time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(_TICK)
        return False

    def finish(self, name: str, number: int, *, meanwhile: Sequence[str] = ()) -> None:
        """Let one part finish before the others are stopped, by a signal of its own; those of `meanwhile` stop with it.

        For a part that still hands requests to the others. What isn't over within the grace is ended by `stop`.
        """
        if (process := self.processes.get(name)) is None or process.poll() is not None:
            return
        process.send_signal(number)
        # It closes its port first.
        time.sleep(_TICK)
        for other in meanwhile:
            self.processes[other].terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.grace)

    def stop(self) -> None:
        """Ask every part to finish, wait for the grace, then end what is left, its children included."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.grace
        for process in self.processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        for process in self.processes.values():
            _kill_group(process.pid)
            process.wait()
        self.processes.clear()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C means: now.
        if self.stop_asked:
            self.grace = 0.0
            for process in self.processes.values():
                _kill_group(process.pid)
        self.stop_asked = True


def _kill_group(leader: int) -> None:
    """End a part's whole process group; a killed leader leaves its children behind otherwise."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end_with_parent() -> None:
    """In the new process: be told to finish when we are killed without a chance to say so (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
