"""The two lists as plain functions: a cursor, SQL written by hand, orjson.

They keep what the contract asks of whoever gets an answer: the token's signature and age, its family, the account, the
role, and the answer's shape to the last offset. They leave out what it asks of the address: no filter is read, no page
but the first is given, an unknown parameter is no 400; and a refusal is an empty 401.
"""

import hashlib
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import jwt
import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

CAIRO: Final = ZoneInfo("Africa/Cairo")

HOLDER: Final = """
SELECT u.id, u.role, u.password, u.is_active, f.stamp
FROM api_tokenfamily f JOIN users_customuser u ON u.id = f.user_id
WHERE f.id = %s AND f.user_id = %s AND f.ended_at IS NULL
"""
_PLACE: Final = """
SELECT e.id, e.status, e.enrolled_at, e.ended_at, e.course_id, c.name, c.slug, e.child_id, k.name
FROM enrollments_enrollment e JOIN courses_course c ON c.id = e.course_id
"""
PLACES: Final = (
    f"{_PLACE} LEFT JOIN users_child k ON k.id = e.child_id WHERE e.student_id = %s UNION ALL "
    f"{_PLACE} JOIN users_child k ON k.id = e.child_id WHERE k.primary_parent_id = %s UNION ALL "
    f"{_PLACE} JOIN users_child k ON k.id = e.child_id "
    "JOIN users_childparent g ON g.child_id = k.id WHERE g.parent_id = %s"
)
MONEY: Final = """
SELECT e.id,
  e.price + coalesce((SELECT sum(p.amount) FROM enrollments_pricechange p WHERE p.enrollment_id = e.id), 0),
  coalesce((SELECT sum(p.amount) FROM payments_payment p
            WHERE p.enrollment_id = e.id AND p.status IN ('paid', 'partially_refunded', 'refunded')), 0)
    + coalesce((SELECT sum(a.amount) FROM payments_allocation a WHERE a.target_id = e.id), 0)
    - coalesce((SELECT sum(a.amount) FROM payments_allocation a WHERE a.source_id = e.id), 0),
  coalesce((SELECT sum(r.amount) FROM payments_refundrequest r
            WHERE r.enrollment_id = e.id AND r.status = 'processed'), 0)
FROM enrollments_enrollment e WHERE e.id = ANY(%s)
"""
_MARKS: Final = """
(SELECT count(*) FROM attendance_lectureattendance a JOIN courses_lecture l ON l.id = a.lecture_id
 WHERE (a.child_id = e.child_id OR a.student_id = e.student_id) AND l.course_id = e.course_id AND a.present = {})
"""
_LECTURES: Final = "SELECT count(*) FROM courses_lecture l WHERE l.course_id = e.course_id AND l.status <> 'cancelled'"
PROGRESS: Final = (
    f"SELECT e.id, ({_LECTURES}), ({_LECTURES} AND (l.status = 'completed' OR l.day < %s "
    f"OR l.day = %s AND l.end_time <= %s)), {_MARKS.format('true')}, {_MARKS.format('false')} "
    "FROM enrollments_enrollment e WHERE e.id = ANY(%s)"
)
COUNT: Final = "SELECT count(*) FROM courses_course WHERE is_active"
COURSES: Final = """
SELECT c.id, c.slug, c.name, c.description, c.start_date, c.end_date, c.num_lectures, c.price, c.capacity,
  c.for_adults, c.min_age, c.max_age, c.registration_opens, c.registration_closes, greatest(c.capacity + c.overbooked
    - c.enrolled_count - coalesce((SELECT count(*) FROM enrollments_enrollmentrequest u WHERE u.course_id = c.id
        AND u.called_at IS NOT NULL AND u.status IN ('pending', 'processing') GROUP BY u.course_id), 0), 0),
  c.season_id, s.name, s.type, s.end_date, c.instructor_id, i.image, p.first_name, p.last_name, r.name
FROM courses_course c JOIN courses_season s ON s.id = c.season_id
LEFT JOIN users_instructor i ON i.user_id = c.instructor_id LEFT JOIN users_customuser p ON p.id = i.user_id
LEFT JOIN courses_room r ON r.id = c.room_id
WHERE c.is_active ORDER BY c.start_date DESC, c.name, c.id LIMIT 20
"""
HOURS: Final = """
SELECT h.course_id, h.weekday, h.start_time, h.end_time, r.name
FROM courses_courseschedule h LEFT JOIN courses_room r ON r.id = h.room_id
WHERE h.course_id = ANY(%s) ORDER BY h.weekday, h.start_time
"""
TAGS: Final = """
SELECT t.course_id, t.tag_id, g.name
FROM courses_course_tags t JOIN courses_tag g ON g.id = t.tag_id WHERE t.course_id = ANY(%s) ORDER BY g.name
"""


def places(request: HttpRequest) -> HttpResponse:
    """A family's places with money and progress: four queries."""
    now = timezone.now().astimezone(CAIRO)
    with connection.cursor() as cursor:
        person = _holder(cursor, request)
        if person is None:
            return HttpResponse(status=401)
        cursor.execute(PLACES, [person, person, person])
        rows = sorted({row[0]: row for row in cursor.fetchall()}.values(), key=lambda row: (row[2], row[0]))[::-1]
        page = rows[:20]
        keys = [row[0] for row in page]
        cursor.execute(MONEY, [keys])
        money = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(PROGRESS, [now.date(), now.date(), now.time(), keys])
        progress = {row[0]: row[1:] for row in cursor.fetchall()}
    shown = [_place(row, *money[row[0]], *progress[row[0]]) for row in page]
    return _page(request, len(rows), shown)


def _holder(cursor: Any, request: HttpRequest) -> UUID | None:
    """Whose token it is, as the apps' addresses find out; None for what they refuse."""
    _kind, _space, raw = request.headers.get("Authorization", "").partition(" ")
    try:
        token = jwt.decode(raw, settings.JWT_KEYS[0], algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError:
        return None
    cursor.execute(HOLDER, [token["family"], token["user_id"]])
    key, role, password, is_active, stamp = cursor.fetchone() or (None, "", "", False, "")
    good = is_active and stamp == hashlib.sha256(f"{password}|{role}".encode()).hexdigest()
    return key if good and role in {"parent", "student"} else None


def _place(
    row: tuple[Any, ...], price: Any, paid: Any, refunded: Any, lectures: int, held: int, present: int, absent: int
) -> dict[str, Any]:
    return {
        "id": row[0],
        "course": {"id": row[4], "slug": row[6], "name": row[5]},
        "child": {"id": row[7], "name": row[8]} if row[7] else None,
        "status": row[1],
        "enrolled_at": row[2].astimezone(CAIRO),
        "ended_at": row[3] and row[3].astimezone(CAIRO),
        "price": f"{price:.2f}",
        "paid": f"{paid:.2f}",
        "refunded": f"{refunded:.2f}",
        "balance": f"{price - paid + refunded:.2f}",
        "progress": {
            "lectures": lectures,
            "held": held,
            "present": present,
            "absent": absent,
            "rate": f"{present * 100 / (present + absent):.2f}" if present + absent else None,
        },
    }


def courses(request: HttpRequest) -> HttpResponse:
    """Courses that run, for everyone: four queries."""
    today = timezone.now().astimezone(CAIRO).date()
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        count = cursor.fetchone()[0]
        cursor.execute(COURSES)
        rows = cursor.fetchall()
        hours: dict[UUID, list[Any]] = {row[0]: [] for row in rows}
        tags: dict[UUID, list[Any]] = {row[0]: [] for row in rows}
        rooms = {row[0]: row[23] for row in rows}
        cursor.execute(HOURS, [list(hours)])
        for key, weekday, start, end, room in cursor.fetchall():
            hours[key].append({"weekday": weekday, "start_time": start, "end_time": end, "room": room or rooms[key]})
        cursor.execute(TAGS, [list(tags)])
        for key, tag, name in cursor.fetchall():
            tags[key].append({"id": tag, "name": name})
    shown = [_course(request, row, today) | {"tags": tags[row[0]], "schedules": hours[row[0]]} for row in rows]
    return _page(request, count, shown)


def _course(request: HttpRequest, row: tuple[Any, ...], today: Any) -> dict[str, Any]:
    last, opens, closes, image = row[5] or row[18], row[12], row[13], row[20]
    image = request.build_absolute_uri(default_storage.url(image)) if image else None
    is_open = (not last or last >= today) and (not opens or opens <= today) and (not closes or closes >= today)
    return {
        "id": row[0],
        "slug": row[1],
        "name": row[2],
        "description": row[3],
        "season": {"id": row[15], "name": row[16], "type": row[17]},
        "instructor": {"id": row[19], "name": f"{row[21]} {row[22]}".strip(), "image": image} if row[19] else None,
        "start_date": row[4],
        "end_date": row[5],
        "num_lectures": row[6],
        "price": f"{row[7]:.2f}",
        "capacity": row[8],
        "seats_left": row[14],
        "is_open": is_open,
        "for_adults": row[9],
        "min_age": row[10],
        "max_age": row[11],
        "registration_opens": opens,
        "registration_closes": closes,
    }


def _page(request: HttpRequest, count: int, shown: list[dict[str, Any]]) -> HttpResponse:
    more = f"{request.build_absolute_uri()}?page=2" if count > len(shown) else None
    page = {"count": count, "next": more, "previous": None, "results": shown}
    return HttpResponse(orjson.dumps(page), content_type="application/json")
