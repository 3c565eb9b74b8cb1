"""Lectures, marks, exams, staff and refused requests of `benchmarks.million`: what the reports count besides money.

Eleven lectures of each of 2,000 courses: every place has its row at each, 3,300,000 in all. One lecture of a tenth of
the courses was cancelled, and of the others one row in fifty was never marked; over 3,000,000 are. Nobody is due at
two lectures at once: an instructor's two courses of a season meet on different weekdays, the summer's in the morning.
"""

from .million_rows import ADULT_COURSES, CHILDREN, COURSES, PARENTS, STAFF, STUDENTS
from .million_tables import Filling, user_columns

LECTURES, INSTRUCTORS, SUPERVISORS = 11, 100, 20
FURTHER_REQUESTS = 100_000
_FURTHER_STATES = (
    "(ARRAY['rejected', 'cancelled', 'waitlisted', 'rejected', 'expired', 'rejected', 'cancelled', 'waitlisted', "
    "'expired', 'pending'])[1 + n % 10]"
)

LECTURE_PLAN = f"""
CREATE UNLOGGED TABLE plan_lectures AS
SELECT course * {LECTURES} + k AS n, course, k + 1 AS number, key('lecture', course * {LECTURES} + k) AS id,
    key('course', course) AS course_id, key('instructor', course / 10 % {INSTRUCTORS}) AS instructor_id,
    s.first_day + (7 * k + course / 10 % 7)::int AS day, CASE kind WHEN 'summer_camp' THEN 600 ELSE 960 END AS begins,
    k = 5 AND course % 100 >= 90 AS is_cancelled
FROM generate_series(0::bigint, {COURSES - 1}) course CROSS JOIN generate_series(0::bigint, {LECTURES - 1}) k
JOIN plan_seasons s ON s.n = course % 10;
CREATE UNLOGGED TABLE plan_duty AS
SELECT key('instructor', {INSTRUCTORS} + supervisor) AS instructor_id, supervisor * 6 + weekday + 1 AS schedule, day,
    row_number() OVER () AS n
FROM generate_series(0, {SUPERVISORS - 1}) supervisor CROSS JOIN generate_series(0, 5) weekday
CROSS JOIN LATERAL generate_series(DATE '2022-09-10' + weekday, DATE '2025-12-31', interval '7 days') moment
CROSS JOIN LATERAL (SELECT moment::date AS day) d;
"""
DROP_PLANS = "DROP TABLE plan_lectures, plan_duty;\n"

_STAFF_FROM = PARENTS + STUDENTS + STAFF
_CLOCK = "TIME '00:00' + ({0}) * interval '1 minute'"
_STATUS = "(CASE WHEN n % 23 = 5 THEN 'absent' WHEN n % 9 = 4 THEN 'late' ELSE 'present' END)"
_DUTY = {
    "day": "day",
    "status": _STATUS,
    "check_in": f"CASE {_STATUS} WHEN 'absent' THEN NULL WHEN 'late' THEN cairo(day, begins + 21 + n % 30) "
    "ELSE cairo(day, begins - n % 12) END",
    "check_in_via": f"CASE {_STATUS} WHEN 'absent' THEN '' ELSE 'rfid' END",
    "check_out": f"CASE WHEN {_STATUS} <> 'absent' AND n % 31 <> 0 THEN cairo(day, ends + n % 9) END",
    "check_out_via": f"CASE WHEN {_STATUS} <> 'absent' AND n % 31 <> 0 THEN 'rfid' ELSE '' END",
    "breaks": "'[]'",
    "late_minutes": f"CASE {_STATUS} WHEN 'late' THEN 21 + n % 30 ELSE 0 END",
    "rating": f"CASE WHEN {_STATUS} <> 'absent' AND n % 3 = 0 THEN 6 + n % 9 * 0.5 END",
}

TEACHING: tuple[Filling, ...] = (
    (
        "users_customuser",
        user_columns("instructor", _STAFF_FROM, "instructor", staff="true"),
        f"generate_series(0::bigint, {INSTRUCTORS + SUPERVISORS - 1}) n",
    ),
    (
        "users_instructor",
        {
            "user_id": "key('instructor', n)",
            "type": f"CASE WHEN n < {INSTRUCTORS} THEN 'normal' ELSE 'supervisor' END",
            "monthly_salary": "4000 + n * 50",
            "fingerprint_id": "NULL",
            "rfid_uid": "NULL",
        },
        f"generate_series(0::bigint, {INSTRUCTORS + SUPERVISORS - 1}) n",
    ),
    (
        "courses_lecture",
        {
            "id": "id",
            "course_id": "course_id",
            "lecture_number": "number",
            "day": "day",
            "start_time": _CLOCK.format("begins"),
            "end_time": _CLOCK.format("begins + 90"),
            "instructor_id": "instructor_id",
            "status": "CASE WHEN is_cancelled THEN 'cancelled' ELSE 'completed' END",
            "attendance_taken": "NOT is_cancelled",
        },
        "plan_lectures ORDER BY day, n",
    ),
    (
        "attendance_lectureattendance",
        {
            "lecture_id": "l.id",
            "child_id": "e.child_id",
            "student_id": "e.student_id",
            "present": "present",
            "rating": "CASE WHEN present THEN 5 + e.n % 11 * 0.5 END",
            "notes": "''",
            "marked_at": "CASE WHEN present IS NOT NULL THEN cairo(l.day, 1060) END",
            "marked_via": "CASE WHEN present IS NOT NULL THEN 'manual' ELSE '' END",
        },
        "plan_lectures l JOIN plan_enrollments e ON e.course = l.course CROSS JOIN LATERAL (SELECT CASE "
        "WHEN l.is_cancelled OR (e.n * 13 + l.number * 7) % 50 = 0 THEN NULL "
        "ELSE (e.n * 31 + l.number * 17) % 100 >= 14 AND NOT (e.n % 37 = 3 AND l.number > 7) END AS present) m "
        "ORDER BY l.day, l.n, e.n",
    ),
    (
        "courses_exam",
        {
            "id": "key('exam', course * 2 + k)",
            "course_id": "key('course', course)",
            "title": "(ARRAY['اختبار منتصف الدورة ', 'الاختبار النهائي '])[1 + k] || course",
            "type": "(ARRAY['midterm', 'final'])[1 + k]",
            "day": "s.first_day + 35 + k::int * 35",
            "total_marks": "100",
            "pass_marks": "50",
        },
        f"generate_series(0::bigint, {COURSES - 1}) course CROSS JOIN generate_series(0, 1) k "
        "JOIN plan_seasons s ON s.n = course % 10",
    ),
    (
        "courses_examresult",
        {
            "id": "key('result', e.n * 2 + k)",
            "exam_id": "key('exam', course * 2 + k)",
            "child_id": "child_id",
            "student_id": "student_id",
            "total_marks": "100",
            "marks": "30 + (e.n * 37 + k * 11 + course) % 71",
            "entered_at": "cairo(day, 900)",
        },
        "plan_enrollments e CROSS JOIN generate_series(0, 1) k ORDER BY course, k, e.n",
    ),
    (
        "attendance_supervisorschedule",
        {
            "id": "supervisor * 6 + weekday + 1",
            "supervisor_id": f"key('instructor', {INSTRUCTORS} + supervisor)",
            "weekday": "weekday",
            "start_time": "TIME '15:00'",
            "end_time": "TIME '20:00'",
            "grace_period_minutes": "20",
            "auto_absent_after_minutes": "60",
            "begins_on": "DATE '2022-09-10'",
        },
        f"generate_series(0::bigint, {SUPERVISORS - 1}) supervisor CROSS JOIN generate_series(0, 5) weekday",
    ),
    (
        "attendance_instructorattendance",
        _DUTY
        | {
            "instructor_id": "instructor_id",
            "kind": "'lecture'",
            "lecture_id": "id",
            "start_time": _CLOCK.format("begins"),
            "end_time": _CLOCK.format("begins + 90"),
        },
        "(SELECT *, begins + 90 AS ends FROM plan_lectures WHERE NOT is_cancelled) duty ORDER BY day, n",
    ),
    (
        "attendance_instructorattendance",
        _DUTY
        | {
            "instructor_id": "instructor_id",
            "kind": "'supervision'",
            "schedule_id": "schedule",
            "start_time": "TIME '15:00'",
            "end_time": "TIME '20:00'",
        },
        "(SELECT *, 900 AS begins, 1200 AS ends FROM plan_duty) duty ORDER BY day, n",
    ),
    (
        "enrollments_enrollmentrequest",
        {
            "id": "key('further request', n)",
            "course_id": f"key('course', n % {COURSES})",
            "child_id": f"CASE WHEN n % {COURSES} >= {ADULT_COURSES} THEN "
            f"key('child', (n % {COURSES} * 31 + n / {COURSES} * 101) % {CHILDREN}) END",
            "student_id": f"CASE WHEN n % {COURSES} < {ADULT_COURSES} THEN "
            f"key('student', (n % {COURSES} * 31 + n / {COURSES} * 101) % {STUDENTS}) END",
            "status": _FURTHER_STATES,
            "decision_reason": f"CASE {_FURTHER_STATES} WHEN 'rejected' THEN 'اكتمل العدد' ELSE '' END",
            "created_at": "cairo(s.first_day + (n % 43)::int, 500 + n % 300)",
            "decided_at": f"CASE WHEN {_FURTHER_STATES} IN ('rejected', 'cancelled', 'expired') "
            "THEN cairo(s.first_day + (n % 43)::int + 2, 600 + n % 200) END",
        },
        f"generate_series(0::bigint, {FURTHER_REQUESTS - 1}) n "
        "JOIN (SELECT n AS number, first_day FROM plan_seasons) s ON s.number = n % 10 ORDER BY number, n",
    ),
    # Families pay a little more when a book is handed out; and some of what was agreed is forgiven.
    (
        "enrollments_pricechange",
        {
            "id": "key('change', n)",
            "enrollment_id": "id",
            "amount": "CASE WHEN n % 60 = 17 AND n % 11 IN (1, 4, 7) AND status <> 'refunded' THEN -20 ELSE 35 END",
            "reason": "'ثمن الكتاب'",
            "at": "cairo((day + 50)::date, 700)",
            "by_id": "key('staff', 1)",
        },
        "plan_enrollments WHERE n % 20 = 17 AND status <> 'refunded' ORDER BY day, n",
    ),
    # A credit of a family's account pays for what is open at one of its places.
    (
        "payments_allocation",
        {
            "id": "key('allocation', p.n)",
            "payment_id": "p.id",
            "target_id": "place.id",
            "amount": "50",
            "reason": "'من رصيد الأسرة'",
            "at": "p.moment + interval '1 day'",
            "by_id": "key('staff', 10)",
        },
        "plan_payments p JOIN LATERAL (SELECT e.id FROM plan_enrollments e WHERE e.parent_id = p.parent_id "
        "AND e.n % 11 = 7 AND e.status IN ('active', 'completed') ORDER BY e.n LIMIT 1) place ON true "
        "WHERE p.is_credit",
    ),
)

#: What only an index of its own finds quickly while rows are made.
BEFORE = "CREATE INDEX ON plan_enrollments (parent_id); ANALYZE plan_enrollments; ANALYZE plan_lectures;"
#: Keys were given by hand.
AFTER = """
SELECT setval(pg_get_serial_sequence('attendance_supervisorschedule', 'id'),
    (SELECT max(id) FROM attendance_supervisorschedule));
"""
