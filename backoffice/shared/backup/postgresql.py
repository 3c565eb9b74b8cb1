"""PostgreSQL's own dump, by its own programs: pg_dump for one moment, pg_restore and psql for all of it or nothing."""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ..pooled.direct import own_connection, server_settings
from .databases import Snapshot, applied, counted, server_version
from .parts import BLOCK, PartsWriter
from .refusals import refusal

PART: Final = "database.dump"
# Debian keeps each version's programs in a folder of its own.
_DEBIAN: Final = Path("/usr/lib/postgresql")
_TOLD: Final = 1_500  # characters of what a program says
# Everything that isn't PostgreSQL's own; the dump makes it anew. In the transaction of the restore.
_BEGIN: Final = b"""
BEGIN;
SET LOCAL lock_timeout = '10s';
DO $$ DECLARE one name; BEGIN
  FOR one IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one);
  END LOOP;
END $$;
CREATE SCHEMA public;
"""


def dump(parts: PartsWriter, _folder: Path) -> Snapshot:
    """Write one moment of the database as a part, and count its rows at the same moment.

    Raises DomainError `backup_no_program`, `backup_program_too_old`, `backup_program_failed`.
    """
    program = _program("pg_dump", at_least=server_version()[0])
    with _moment() as (cursor, moment):
        tables = sorted(connection.introspection.table_names(cursor))
        migrations, counts = applied(cursor), counted(cursor, tables)
        options = ["--format=custom", "--compress=3", "--no-owner", "--no-privileges", "--no-comments"]
        options += ["--no-password", "--lock-wait-timeout=60s", f"--snapshot={moment}"]
        with _running([program, *options], stdout=subprocess.PIPE) as process, parts.part(PART) as part:
            assert process.stdout is not None  # noqa: S101  asked for above
            while block := process.stdout.read(BLOCK):
                part.write(block)
    return Snapshot(
        "postgresql", ".".join(map(str, server_version())), f"pg_dump {_version(program)[0]}", migrations, counts
    )


def require_reader(writer: str) -> None:
    """A dump is read by a pg_restore that is at least as new as the pg_dump that wrote it ("pg_dump 17.2").

    Raises DomainError `backup_newer_program`.
    """
    wanted = _major(writer)
    newest = max((version for version, _path in _versions("pg_restore")), default=0)
    if newest and wanted > newest:
        sentence = _(
            "This backup was written by %(writer)s, but pg_restore here is of version %(here)d, which can't read it: "
            "install postgresql-client-%(wanted)d (Debian's name)."
        )
        raise refusal("newer_program", sentence, writer=writer, here=newest, wanted=wanted)


def restore(source: IO[bytes], writer: str) -> None:
    """Put the dump in the place of all there is, in one transaction: whole or not at all.

    It is committed by a last word that is only said when pg_restore has ended well: a program that dies in the middle
    changes nothing. Raises DomainError as `dump` does, and `backup_busy`.
    """
    server = server_version()[0]
    reads, writes = _program("pg_restore", at_least=max(server, _major(writer))), _program("psql", at_least=server)
    connection.close()
    quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password", "--output=/dev/null"]
    unpack = [reads, "--file=-", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error"]
    with _running([writes, *quiet], stdin=subprocess.PIPE) as psql:
        assert psql.stdin is not None  # noqa: S101  asked for above
        _say(psql.stdin, _BEGIN)
        with _running(unpack, stdin=subprocess.PIPE, stdout=subprocess.PIPE, connects=False) as process:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  asked for above
            feeder = threading.Thread(target=_feed, args=(source, process.stdin), daemon=True)
            feeder.start()
            while block := process.stdout.read(BLOCK):
                _say(psql.stdin, block)
            feeder.join()
        _say(psql.stdin, b"COMMIT;\n")
        psql.stdin.close()


def _say(pipe: IO[bytes], words: bytes) -> None:
    """Hand over; what is wrong with a program that listens no more, its end tells better than the pipe."""
    try:
        pipe.write(words)
        pipe.flush()
    except BrokenPipeError as error:
        raise _EndedError from error


def _feed(source: IO[bytes], pipe: IO[bytes]) -> None:
    try:
        while block := source.read(BLOCK):
            pipe.write(block)
        pipe.close()
    except BrokenPipeError:
        return


class _EndedError(Exception):
    """A program has stopped listening."""


@contextmanager
def _running(command: Sequence[str], *, connects: bool = True, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program of PostgreSQL's; when it fails, its own last words. It never outlives this."""
    arguments, environment = list(command), dict(os.environ)
    if connects:
        asked, own = connection.client.settings_to_cmd_args_env(server_settings(), command[1:])
        arguments, environment = [command[0], *asked[1:]], environment | (own or {})
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(arguments, env=environment, stderr=told, **pipes)  # noqa: S603  ours, by its path
        try:
            try:
                yield process
            except _EndedError:
                process.wait(timeout=60)
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdout, process.stdin):
                if pipe is not None:
                    _close(pipe)
        if code:
            told.seek(0)
            raise _failure(Path(command[0]).name, told.read().decode(errors="replace"))


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _failure(program: str, told: str) -> Exception:
    if "lock timeout" in told:
        return refusal("busy", _("The database is in use: stop the web server and the worker, and try again."))
    sentence = _("%(program)s failed, and nothing was changed. It said: %(told)s")
    return refusal("program_failed", sentence, program=program, told=told.strip()[-_TOLD:])


@contextmanager
def _moment() -> Iterator[tuple[Any, str]]:
    """A connection of our own that holds one moment of the database, and the name by which others may see it."""
    own = own_connection()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchall()[0][0]
    finally:
        own.close()


def _program(name: str, *, at_least: int) -> str:
    """The path of a program that understands the server.

    Raises DomainError `backup_no_program`, `backup_program_too_old`.
    """
    found = _versions(name)
    words = {"program": name, "server": at_least}
    if not found:
        sentence = _("%(program)s is not on this machine: install postgresql-client-%(server)d (Debian's name).")
        raise refusal("no_program", sentence, **words)
    fitting = [(version, path) for version, path in found if version >= at_least]
    if not fitting:
        sentence = _(
            "The database's server is PostgreSQL %(server)d, but %(program)s here is of version %(here)d, which can't "
            "read it: install postgresql-client-%(server)d (Debian's name)."
        )
        raise refusal("program_too_old", sentence, here=found[-1][0], **words)
    return fitting[0][1]


def _versions(name: str) -> list[tuple[int, str]]:
    """Where this machine has a program, with its major version; the oldest first."""
    paths = [path for path in (shutil.which(name), *map(str, _DEBIAN.glob(f"*/bin/{name}"))) if path]
    return sorted((_version(path)[1], path) for path in dict.fromkeys(paths))


def _version(path: str) -> tuple[str, int]:
    """What a program says of its version: “15.20”, and 15."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  ours
    match = re.search(r"\d+(\.\d+)?", said)
    return (match[0], _major(said)) if match else ("", 0)


def _major(said: str) -> int:
    """The major version in what a program says of itself; 0 without one."""
    match = re.search(r"\d+", said)
    return int(match[0]) if match else 0
