"""PostgreSQL, Redis and the web server as they run, and each of them failing: every event comes, once and in order."""

import signal
import socket
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import redis as redis_client
from django.db import connections, transaction
from websockets.exceptions import ConnectionClosed

from api import tokens
from backoffice.attendance import events
from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.attendance.services import live, sweep_events
from backoffice.courses.tests.makers import make_lecture
from backoffice.users.services import deactivate_user, set_groups
from backoffice.users.tests.makers import make_child, make_staff, manager

pytestmark = [pytest.mark.postgres]


def test_a_mark_is_heard_and_its_sending_noted(room, phone):
    office, family = phone(room.supervisor), phone(room.mona.user)
    room.mark(room.other)
    room.mark(room.yusuf)
    assert office.cursors(4) == [1, 2, 3, 4]
    assert family.cursors(1) == [3]
    assert not AttendanceEvent.objects.unsent().exists()


def test_redis_is_killed_and_comes_back(room, phone, redis, monkeypatch):
    office = phone(room.supervisor)
    room.mark(room.yusuf)
    redis.stop(signal.SIGKILL)
    room.mark(room.yusuf)
    assert office.cursors(4) == [1, 2, 3, 4]
    assert AttendanceEvent.objects.unsent().count() == 2
    late = phone(room.supervisor, cursor=1)
    assert late.cursors(3) == [2, 3, 4]
    redis.start()
    monkeypatch.setattr(events, "_circuit", events._Circuit())
    for _ in range(3):
        room.mark(room.yusuf)
    assert office.cursors(6) == late.cursors(6) == [*range(5, 11)]
    monkeypatch.setattr(live, "_LEFT_TO_THE_WRITER", live._LEFT_TO_THE_WRITER * 0)
    assert sweep_events() == 2
    room.mark(room.yusuf)
    # What was swept was heard before, and isn't heard again.
    assert office.cursors(2) == late.cursors(2) == [11, 12]


def test_a_redis_that_hangs_holds_up_neither_marks_nor_sockets(room, phone, redis):
    office = phone(room.supervisor)
    redis.send(signal.SIGSTOP)
    try:
        late = phone(room.supervisor)
        for _ in range(5):
            room.mark(room.yusuf)
        assert office.cursors(10) == late.cursors(10) == [*range(1, 11)]
    finally:
        redis.send(signal.SIGCONT)


def test_a_restart_of_the_server_is_told_and_loses_nothing(room, phone, web):
    office = phone(room.supervisor)
    room.mark(room.yusuf)
    assert office.cursors(2) == [1, 2]
    web.stop()
    with pytest.raises(ConnectionClosed):
        office.hear()
    assert office.socket.close_code == 1012
    room.mark(room.yusuf)
    web.start()
    room.mark(room.yusuf)
    assert phone(room.supervisor, cursor=2).cursors(4) == [3, 4, 5, 6]


def test_who_is_killed_between_the_commit_and_the_sending_is_made_up_for(room, phone, web, monkeypatch):
    office = phone(room.supervisor)
    arguments = (str(room.lecture.pk), str(room.yusuf.pk), str(room.supervisor.pk))
    assert web.run("-m", "tests.sockets.killed_marker", *arguments) == -signal.SIGKILL
    assert AttendanceEvent.objects.unsent().count() == 2
    assert office.cursors(2) == [1, 2]
    monkeypatch.setattr(live, "_LEFT_TO_THE_WRITER", live._LEFT_TO_THE_WRITER * 0)
    assert sweep_events() == 2
    assert not AttendanceEvent.objects.unsent().exists()


def test_who_was_away_for_a_busy_while_misses_nothing(room, phone):
    away = phone(room.supervisor)
    away.socket.close()
    room.mark(room.yusuf)
    told = AttendanceEvent.objects.get(cursor=1)
    for _ in range(15):
        with transaction.atomic():
            events._record([AttendanceEvent(type=told.type, data=told.data) for _ in range(100)])
    back = phone(room.supervisor, cursor=away.ready)
    assert back.cursors(1502) == [*range(1, 1503)]


def test_marks_from_many_threads_come_to_everybody_in_order(room, phone, redis):
    rows = [
        LectureAttendance.objects.create(
            lecture=make_lecture(
                room.lecture.course,
                instructor=room.lecture.instructor,
                day=room.lecture.day,
                start_time=f"{8 + n}:00",
                end_time=f"{8 + n}:45",
            ),
            child=make_child(room.mona),
        )
        for n in range(8)
    ]
    listeners = [phone(room.supervisor) for _ in range(4)]
    family = phone(room.mona.user)

    def mark_twenty(row):
        try:
            for _ in range(20):
                room.mark(row)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(mark_twenty, rows))
    everything = [*range(1, 321)]
    assert [one.cursors(320) for one in listeners] == [everything] * 4
    marks = AttendanceEvent.objects.filter(type="attendance_update").values_list("cursor", flat=True)
    assert family.cursors(160) == list(marks)
    with redis_client.Redis(port=redis.port) as looking:
        # Theirs, the web server's two, and none left behind by 160 sendings.
        assert len(looking.client_list()) <= 6


def test_a_reader_that_stalls_is_cut_off_and_holds_nobody_up(room, phone, web):
    quick = phone(room.supervisor)
    stalled = socket.create_connection(("127.0.0.1", web.port))
    lines = ["GET /ws/attendance/ HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {b64encode(b'0' * 16).decode()}", "Sec-WebSocket-Version: 13"]
    lines += [f"Sec-WebSocket-Protocol: jwt, {tokens.sign_in(room.supervisor).access}", "", ""]
    stalled.sendall("\r\n".join(lines).encode())
    assert b"ready" in stalled.recv(4096) + stalled.recv(4096)
    room.mark(room.yusuf)
    assert quick.cursors(2) == [1, 2]
    # More than all buffers in between hold.
    told = AttendanceEvent.objects.get(cursor=1)
    many, size = 800, 20_000
    data = told.data | {"notes": "x" * size}
    AttendanceEvent.objects.bulk_create(
        [AttendanceEvent(cursor=3 + n, type=told.type, data=data) for n in range(many)], batch_size=100
    )
    assert quick.cursors(many) == [*range(3, 3 + many)]
    came = 0
    stalled.settimeout(30)
    with suppress(ConnectionResetError):
        while data := stalled.recv(2**20):
            came += len(data)
    assert came < many * size


def test_what_a_server_must_not_take_closes_the_socket(room, phone):
    for said, code in ((b"\xff", 4400), ("x" * 2**20, 1009), ("x" * 3000, 1009), ("rubbish", 4400)):
        one = phone(room.supervisor)
        with suppress(ConnectionClosed):
            one.socket.send(said)
            one.socket.recv(timeout=30)
        assert one.socket.close_code == code
    flooding = phone(room.supervisor)
    with suppress(ConnectionClosed):
        for _ in range(200):
            flooding.say(type="ping")
        while True:
            flooding.hear()
    assert flooding.socket.close_code == 4429


def test_within_a_minute_nobody_hears_what_is_no_longer_theirs(room, phone):
    leaver, closed = make_staff("Supervisors"), make_staff("Supervisors")
    phones = [phone(leaver), phone(closed), phone(room.supervisor)]
    set_groups(leaver.pk, groups=[], by=manager())
    deactivate_user(closed.pk, by=manager())
    for one in phones[:2]:
        with pytest.raises(ConnectionClosed):
            one.socket.recv(timeout=60)
    assert [one.socket.close_code for one in phones] == [4401, 4401, None]
