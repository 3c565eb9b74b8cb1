"""Examples for the contract."""

CHILD = {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "name": "يوسف علي حسن"}
COURSE = {"id": "3f333df6-90a4-4fda-8dd3-9485d27cee36", "slug": "برمجة-للأطفال", "name": "برمجة للأطفال"}

REQUEST = {
    "id": "0d3a0f0e-8f0a-4e0c-9a55-0f6d5a1b2c04",
    "course": COURSE,
    "child": CHILD,
    "status": "waitlisted",
    "position": 2,
    "offer_until": None,
    "payment_method": "instapay",
    "notes": "",
    "created_at": "2026-09-03T12:00:00+03:00",
    "decided_at": None,
    "decision_reason": "",
}
NEW_REQUEST = {"course": COURSE["id"], "child": CHILD["id"], "payment_method": "instapay"}

PLACE = {
    "id": "5b7c1d9e-2f63-4f0a-8f57-2d7f5a9c1e05",
    "course": COURSE,
    "child": CHILD,
    "status": "active",
    "enrolled_at": "2026-09-05T10:00:00+03:00",
    "ended_at": None,
    "price": "500.00",
    "paid": "300.00",
    "refunded": "0.00",
    "balance": "200.00",
    "progress": {"lectures": 12, "held": 3, "present": 2, "absent": 1, "rate": "66.67"},
}

PAYMENT = {
    "id": "c2a6f6d1-7b0e-4a55-bb4b-1f0a7e3d4f06",
    "receipt": "2026-000123",
    "enrollment": PLACE["id"],
    "course": COURSE["name"],
    "child": CHILD,
    "amount": "300.00",
    "refunded": "0.00",
    "method": "instapay",
    "reference_number": "IP77102934",
    "status": "paid",
    "paid_at": "2026-09-05T10:00:00+03:00",
}

REFUND = {
    "id": "e1d2c3b4-0a9b-4c8d-9e7f-6a5b4c3d2e07",
    "enrollment": PLACE["id"],
    "payment": PAYMENT["id"],
    "amount": "100.00",
    "reason": "انتقلنا إلى مدينة أخرى",
    "status": "requested",
    "asked_by_me": True,
    "number": None,
    "requested_at": "2026-09-20T09:00:00+03:00",
    "decided_at": None,
    "decision_reason": "",
    "processed_at": None,
}
NEW_REFUND = {"enrollment": PLACE["id"], "amount": "100.00", "reason": "انتقلنا إلى مدينة أخرى"}
