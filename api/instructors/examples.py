"""Examples for the contract."""

CHILD = "child:7c9e6679-7425-40de-944b-e07fc1f90ae7"
COURSE = {"id": "3f333df6-90a4-4fda-8dd3-9485d27cee36", "name": "برمجة للأطفال"}

LECTURE = {
    "id": "9b2e7a52-5f0e-4c1c-9c0b-3f7d3c1f6a01",
    "course": COURSE,
    "instructor": {"id": "1d0b1a52-5f0e-4c1c-9c0b-3f7d3c1f6a02", "name": "سامي أحمد محمود حسن"},
    "lecture_number": 3,
    "day": "2026-10-04",
    "starts_at": "2026-10-04T16:00:00+03:00",
    "ends_at": "2026-10-04T18:00:00+03:00",
    "room": "قاعة 1",
    "status": "scheduled",
    "attendance_taken": True,
    "expected": 1,
    "came": 1,
    "unmarked": 0,
}

ROSTER = {
    "lecture": LECTURE,
    "may_mark": True,
    "until": "2026-10-05T18:00:00+03:00",
    "participants": [
        {
            "participant": CHILD,
            "name": "يوسف علي حسن",
            "code": "M48213",
            "photo": None,
            "present": True,
            "rating": "8.50",
            "notes": "",
            "marked_via": "manual",
        }
    ],
}

MARKS = {"marks": [{"participant": CHILD, "present": True, "rating": "8.50", "notes": ""}]}

OWN_ATTENDANCE = {
    "id": 812,
    "kind": "lecture",
    "lecture": LECTURE["id"],
    "course": COURSE,
    "day": "2026-10-04",
    "due_from": "2026-10-04T16:00:00+03:00",
    "due_to": "2026-10-04T18:00:00+03:00",
    "status": "present",
    "check_in": "2026-10-04T15:52:10+03:00",
    "check_in_via": "fingerprint",
    "check_out": None,
    "check_out_via": None,
    "late_minutes": 0,
    "rating": None,
}

EXAM = {
    "id": "5b2e7a52-5f0e-4c1c-9c0b-3f7d3c1f6a05",
    "course": COURSE,
    "title": "اختبار منتصف الفصل",
    "type": "midterm",
    "day": "2026-11-01",
    "total_marks": "40.00",
    "pass_marks": "20.00",
}

EXAM_RESULTS = {
    "exam": EXAM,
    "results": [
        {
            "participant": CHILD,
            "name": "يوسف علي حسن",
            "code": "M48213",
            "marks": "25.50",
            "percentage": "63.75",
            "passed": True,
            "notes": "",
        }
    ],
}

RESULTS = {"results": [{"participant": CHILD, "marks": "25.50", "notes": ""}]}
