"""Examples for the contract."""

CHILD = "child:7c9e6679-7425-40de-944b-e07fc1f90ae7"
COURSE = {"id": "3f333df6-90a4-4fda-8dd3-9485d27cee36", "name": "برمجة للأطفال"}
INSTRUCTOR = {"id": "1d0b1a52-5f0e-4c1c-9c0b-3f7d3c1f6a02", "name": "سامي أحمد محمود حسن"}

LECTURE = {
    "id": "9b2e7a52-5f0e-4c1c-9c0b-3f7d3c1f6a01",
    "course": COURSE,
    "instructor": INSTRUCTOR,
    "lecture_number": 3,
    "day": "2026-10-04",
    "starts_at": "2026-10-04T16:00:00+03:00",
    "ends_at": "2026-10-04T18:00:00+03:00",
    "room": "قاعة 1",
    "status": "scheduled",
    "participants": [{"participant": CHILD, "name": "يوسف علي حسن"}],
}

ATTENDANCE = {
    "id": 4711,
    "participant": CHILD,
    "name": "يوسف علي حسن",
    "lecture": LECTURE["id"],
    "lecture_number": 3,
    "course": COURSE,
    "day": "2026-10-04",
    "starts_at": "2026-10-04T16:00:00+03:00",
    "present": True,
    "rating": "8.50",
    "marked_via": "manual",
    "marked_at": "2026-10-04T16:20:00+03:00",
}

EXAM_RESULT = {
    "id": "5b2e7a52-5f0e-4c1c-9c0b-3f7d3c1f6a06",
    "participant": CHILD,
    "name": "يوسف علي حسن",
    "exam": "5b2e7a52-5f0e-4c1c-9c0b-3f7d3c1f6a05",
    "title": "اختبار منتصف الفصل",
    "type": "midterm",
    "day": "2026-11-01",
    "course": COURSE,
    "marks": "25.50",
    "total_marks": "40.00",
    "pass_marks": "20.00",
    "percentage": "63.75",
    "passed": True,
}

RATE = {"instructor": INSTRUCTOR["id"], "course": COURSE["id"], "rating": "9.50", "feedback": "يشرح بصبر"}
RATING = {
    "instructor": INSTRUCTOR,
    "course": COURSE,
    "rating": "9.50",
    "feedback": "يشرح بصبر",
    "created_at": "2026-10-05T20:00:00+03:00",
    "updated_at": "2026-10-05T20:00:00+03:00",
}

CALENDAR_LINK = {"exists": True, "made_at": "2026-10-01T12:00:00+03:00"}
NEW_CALENDAR_LINK = {
    "url": "https://redwan.example/api/v1/calendar.ics?token=u0Yx3nS6b0l7mJm6r7J2lq0D1k8gH5wq9rT4vZ2aXcE",
    "token": "u0Yx3nS6b0l7mJm6r7J2lq0D1k8gH5wq9rT4vZ2aXcE",
}
FEED = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…\r\nEND:VCALENDAR\r\n"
