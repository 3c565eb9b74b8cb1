"""The check of the ledger on two connections: one moment, each part once, and whole without the second one."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.payments.ledger import lanes
from backoffice.payments.ledger.report import Difference
from backoffice.payments.ledger.run import run_ledger_check
from backoffice.payments.tests.makers import make_payment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def says(text):
    return Difference("code", "rule", "model", str(text), "found", "expected")


def first_thread():
    return threading.current_thread() is threading.main_thread()


def rows_of(*parts):
    with transaction.atomic():
        return [difference.row for difference in lanes.side_by_side(parts)]


@pytest.fixture
def late_help(monkeypatch):
    """A second connection that is had only when it is let go."""
    let_go, begin = threading.Event(), lanes._look_at_one_moment

    def look(moment=""):
        if moment:
            let_go.wait(10)
        begin(moment)

    monkeypatch.setattr(lanes, "_look_at_one_moment", look)
    yield let_go
    let_go.set()
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.main_thread():
            thread.join(10)


def test_both_connections_see_the_moment_of_the_first():
    together = threading.Barrier(2, timeout=10)

    def part():
        together.wait()
        if first_thread():
            # A course that is written while the check runs, by somebody else.
            writer = threading.Thread(target=lambda: (make_course(), connections.close_all()))
            writer.start()
            writer.join()
        together.wait()
        yield says(Course.objects.count())
        yield says(ask("SELECT pg_backend_pid()"))

    make_course()
    first, pid, second, other_pid = rows_of(part, part)
    assert (first, second) == ("1", "1")
    assert pid != other_pid
    assert Course.objects.count() == 2


def test_the_second_connection_is_closed_at_the_end():
    together = threading.Barrier(2, timeout=10)

    def part():
        together.wait()
        yield says(ask("SELECT pg_backend_pid()"))

    pids = set(rows_of(part, part))
    left = ask(f"SELECT count(*) FROM pg_stat_activity WHERE pid IN ({', '.join(pids)})")
    assert (len(pids), left) == (2, 1)


def test_what_was_found_stands_in_the_parts_order():
    together = threading.Barrier(2, timeout=10)

    def slow():
        together.wait()
        ask("SELECT pg_sleep(0.1)")
        yield says("slow")

    def quick():
        together.wait()
        yield says("quick")

    assert rows_of(slow, quick) == ["slow", "quick"]


def test_without_a_second_connection_the_first_does_all(monkeypatch):
    begin = lanes._look_at_one_moment

    def refused(moment=""):
        if moment:
            raise OperationalError("sorry, too many clients already")
        begin()

    monkeypatch.setattr(lanes, "_look_at_one_moment", refused)
    assert rows_of(lambda: iter([says(1)]), lambda: iter([says(2)])) == ["1", "2"]


def test_a_second_connection_that_comes_too_late_isnt_waited_for(late_help):
    assert rows_of(lambda: iter([says(1)]), lambda: iter([says(2)])) == ["1", "2"]
    assert not late_help.is_set()


def test_a_part_that_broke_on_the_second_connection_is_done_by_the_first():
    together, tried = threading.Barrier(2, timeout=10), []

    def part():
        if not tried or (len(tried) == 1 and tried[0] is not threading.current_thread()):
            tried.append(threading.current_thread())
            together.wait()
        if not first_thread():
            raise OperationalError("server closed the connection unexpectedly")
        yield says("done")

    assert rows_of(part, part) == ["done", "done"]
    assert len(tried) == 2


def test_a_part_that_fails_everywhere_fails_the_check():
    def part():
        raise OperationalError("disk full")
        yield

    with pytest.raises(OperationalError):
        rows_of(part)


def test_the_check_of_a_sound_ledger_on_two_connections_is_clean_and_finds_what_is_bent():
    payment = make_payment()
    check, found = run_ledger_check()
    assert (check.differences, found, check.sealed_serial) == (0, [], 1)
    Course.objects.filter(pk=payment.enrollment.course_id).update(enrolled_count=3)
    assert [difference.code for difference in run_ledger_check()[1]] == ["seats"]
