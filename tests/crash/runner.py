"""A process that runs operations in children and lets them be killed: `python -m tests.crash.runner`.

It is warm (Django is set up) and has no connection, so a child costs a fork and a connection instead of seconds. It
reads one order a line on stdin and answers with lines of JSON on stdout: the child's pid, what the child said, its end.
An order's `kill_at` is the number of the round trip to the database before which the child kills itself with SIGKILL;
a child that gets through all of them is killed where it would have answered: committed, and nobody was told.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Generator
from typing import Any

import django
import psycopg

COMMIT, ANSWER = "commit", "answer"


def say(**words: Any) -> None:
    """One line to whoever ordered, written in one piece: a killed process has no time to flush."""
    os.write(1, (json.dumps(words) + "\n").encode())


def die() -> None:
    """As if the power went off."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_round_trip(number: int) -> None:
    """From now on count what is sent to PostgreSQL (statements, COPY, COMMIT), and die before the `number`-th."""
    sent, wait = 0, psycopg.Connection.wait

    def counted(self: Any, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal sent
        # Autocommit is switched in the client alone.
        if gen.__name__ == "_set_autocommit_gen":
            return wait(self, gen, *args, **kwargs)
        sent += 1
        if sent == number:
            say(dies_before=COMMIT if gen.__name__ == "_commit_gen" else gen.__name__)
            die()
        return wait(self, gen, *args, **kwargs)

    psycopg.Connection.wait = counted  # type: ignore[method-assign]


def live(operation: Callable[..., Any], arguments: dict[str, Any], kill_at: int | None) -> None:
    """The child's life."""
    from django.db import connection

    from backoffice.shared.errors import DomainError

    connection.ensure_connection()
    if kill_at is not None:
        die_before_round_trip(kill_at)
    try:
        answer = operation(**arguments)
    except DomainError as error:
        say(refused=error.code)
    except BaseException:
        say(failed=traceback.format_exc())
    else:
        if kill_at is not None:
            say(dies_before=ANSWER)
            die()
        say(acknowledged=str(answer))


def main() -> None:
    """Take orders until stdin ends."""
    django.setup()
    from tests.crash import operations

    say(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            live(getattr(operations, order["operation"]), order["arguments"], order["kill_at"])
            os._exit(0)
        say(pid=pid)
        status = os.waitpid(pid, 0)[1]
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
