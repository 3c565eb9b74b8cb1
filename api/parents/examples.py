"""Examples for the contract."""

CHILD = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "name": "يوسف علي حسن",
    "unique_code": "M48213",
    "dob": "2017-03-14",
    "gender": "boy",
    "phone_number": "",
    "photo": None,
    "is_primary": True,
    "created_at": "2026-09-01T10:15:00+03:00",
}
NEW_CHILD = {"name": "يوسف علي حسن", "dob": "2017-03-14", "gender": "boy"}

LINK = {
    "id": "2f1b6c1e-61a4-4b5f-9f0e-7d6f1f1c2b03",
    "unique_code": "M48213",
    "status": "pending",
    "asked_by_me": True,
    "child": None,
    "asked_by": None,
    "created_at": "2026-09-02T18:40:00+03:00",
}
