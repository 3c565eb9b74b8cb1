"""Examples for the contract."""

_SCAN = "0b7f8c4e-52d5-4f3c-9d3a-8a5f6f7d1c20"

SCANS = {
    "scans": [{"scan_id": _SCAN, "code": "R1:M48213", "method": "qr", "at": "2026-10-04T15:52:10+03:00"}],
    "sent_at": "2026-10-04T15:52:12+03:00",
}

RESULTS = {
    "results": [{"scan_id": _SCAN, "outcome": "present", "who": {"name": "يوسف علي حسن", "kind": "participant"}}]
}
