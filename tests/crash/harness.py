"""Orders to the runner, and what must hold after each kill: everything of an operation is there, or nothing."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import connection

from backoffice.payments.ledger import check_ledger
from tests.crash.runner import ANSWER, COMMIT

KILLED = -9
# Connections of the runner's children are known by it.
NAME = "crash"
PATIENCE = 60


@dataclass
class Life:
    """What was heard of a child."""

    exit_code: int
    said: list[dict[str, Any]] = field(default_factory=list)

    def word(self, name: str) -> Any:
        """What it said under this name, or None."""
        return next((words[name] for words in self.said if name in words), None)


class Runner:
    """The warm process; orders go to it one after the other."""

    def __init__(self, folder: str) -> None:
        # A database of its own for every process of the test run: the one that this process is connected to.
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "backoffice.config.settings_test",
            "TEST_DATABASE_HOME": connection.settings_dict["NAME"],
            "PGAPPNAME": NAME,
            "TMPDIR": folder,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.runner"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._hear() == {"ready": True}

    def run(self, operation: str, *, kill_at: int | None = None, kill_after: float | None = None, **said: Any) -> Life:
        """Run an operation in a child: unharmed, or killed before a round trip, or killed from outside.

        `kill_after` is in seconds and begins with the first thing that the child says.
        """
        arguments = {name: value if isinstance(value, int | list) else str(value) for name, value in said.items()}
        order = json.dumps({"operation": operation, "arguments": arguments, "kill_at": kill_at})
        assert self._process.stdin
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        pid, life = self._hear()["pid"], Life(0)
        while "ended" not in (words := self._hear()):
            life.said.append(words)
            if kill_after is not None:
                time.sleep(kill_after)
                with suppress(ProcessLookupError):  # it was through with its work
                    os.kill(pid, 9)
                kill_after = None
        life.exit_code = words["ended"]
        self._wait_for_the_server()
        return life

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(PATIENCE)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._heard.put(line)
        self._heard.put('{"ended": "the runner itself"}')

    def _hear(self) -> dict[str, Any]:
        words: dict[str, Any] = json.loads(self._heard.get(timeout=PATIENCE))
        return words

    def _wait_for_the_server(self) -> None:
        """PostgreSQL notices a dead client when it next looks; what it was doing (a COMMIT) it finishes."""
        connection.close()  # what is looked at next is looked at with a new connection
        deadline = time.monotonic() + PATIENCE
        with connection.cursor() as cursor:
            while True:
                sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
                cursor.execute(sql, [NAME])
                if not cursor.fetchone():
                    return
                assert time.monotonic() < deadline
                time.sleep(0.002)


def faults() -> list[str]:
    """The rules that the ledger breaks."""
    return sorted({difference.code for difference in check_ledger()})


def rows() -> dict[str, str]:
    """A fingerprint of every table of the database."""
    with connection.cursor() as cursor:
        tables = sorted(name for name in connection.introspection.table_names(cursor) if not name.startswith("pg_"))
        sums = (f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t" for name in tables)
        cursor.execute(" UNION ALL ".join(sums))
        return dict(cursor.fetchall())


def kills(runner: Runner, operation: str, **said: Any) -> Iterator[str]:
    """Run an operation again and again, each time killed a round trip later; where, the answer last."""
    for number in count(1):
        life = runner.run(operation, kill_at=number, **said)
        assert life.exit_code == KILLED, life
        yield life.word("dies_before")
        if life.word("dies_before") == ANSWER:
            return


def killed_at_every_step(runner: Runner, operation: str, *, again: str = "acknowledged", **said: Any) -> Life:
    """Before its COMMIT nothing of the operation is there, afterwards all of it; once more, it changes nothing.

    Each run is also the repetition of the one that was killed before it. `again` is what is said to the last one.
    """
    before, steps = rows(), []
    assert faults() == []
    for step in kills(runner, operation, **said):
        steps.append(step)
        if step != ANSWER:
            assert rows() == before, steps
    assert steps[-2:] == [COMMIT, ANSWER], steps
    after = rows()
    assert after != before
    assert faults() == []
    life = runner.run(operation, **said)
    assert again in (life.word("refused"), *life.said[0]), life
    assert rows() == after
    return life
