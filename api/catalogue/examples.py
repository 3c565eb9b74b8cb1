"""Examples of what everyone may see."""

from typing import Any, Final

SEASON: Final[dict[str, Any]] = {
    "id": "0b0f5a54-6a4e-4c55-9d7e-2f1b6f3d9a10",
    "name": "صيف 2026",
    "type": "summer_camp",
    "start_date": "2026-06-20",
    "end_date": "2026-09-10",
}
TAG: Final[dict[str, Any]] = {"id": "7d4b3a0e-31c4-4d0f-8d0e-1a9f2f4c5b21", "name": "برمجة"}
SAMI: Final[dict[str, Any]] = {
    "id": "c7a8d2a1-5a3b-4b62-8f0b-6b1f0d9f7e33",
    "name": "سامي فؤاد محمود حسن",
    "image": None,
}
INSTRUCTOR: Final[dict[str, Any]] = SAMI | {
    "bio": "مهندس برمجيات يعلّم الأطفال منذ عشر سنوات.",
    "tags": [TAG],
    "rating": "9.25",
    "ratings": 12,
}
COURSE: Final[dict[str, Any]] = {
    "id": "5a1e0c6b-9d0c-4a0e-b3b5-0f7f0e8a9c44",
    "slug": "البرمجة-للمبتدئين",
    "name": "البرمجة للمبتدئين",
    "description": "أول خطوة في البرمجة بلغة بايثون.",
    "season": {name: SEASON[name] for name in ("id", "name", "type")},
    "instructor": SAMI,
    "tags": [TAG],
    "schedules": [{"weekday": 1, "start_time": "16:00:00", "end_time": "18:00:00", "room": "قاعة 1"}],
    "start_date": "2026-06-21",
    "end_date": "2026-08-30",
    "num_lectures": None,
    "price": "500.00",
    "capacity": 20,
    "seats_left": 7,
    "is_open": True,
    "for_adults": False,
    "min_age": 9,
    "max_age": 12,
    "registration_opens": None,
    "registration_closes": "2026-06-30",
}
