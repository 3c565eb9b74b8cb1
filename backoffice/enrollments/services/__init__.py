"""What is done with leads, requests for a place and places, each under the locks of docs/locking.md."""

from ..pricing import Discount
from .bulk import BulkOutcome, accept_many, refuse_many, waitlist_many
from .conversions import Adult, NewChild, Person, convert_lead
from .decisions import accept_request, refuse_request, start_processing
from .leads import Wish, close_lead, contact_lead, submit_lead
from .places import (
    complete_enrollment,
    complete_enrollments,
    drop_enrollment,
    end_refunded,
    resume_enrollment,
    suspend_enrollment,
)
from .prices import change_price
from .requests import cancel_request, expire_enrollment_requests, expire_request, submit_request
from .seats import call_to_new_seats, expire_offers, put_on_waiting_list, seats_added
from .ways import enrol_directly, reactivate_enrollment, transfer_enrollment

__all__ = [
    "Adult",
    "BulkOutcome",
    "Discount",
    "NewChild",
    "Person",
    "Wish",
    "accept_many",
    "accept_request",
    "call_to_new_seats",
    "cancel_request",
    "change_price",
    "close_lead",
    "complete_enrollment",
    "complete_enrollments",
    "contact_lead",
    "convert_lead",
    "drop_enrollment",
    "end_refunded",
    "enrol_directly",
    "expire_enrollment_requests",
    "expire_offers",
    "expire_request",
    "put_on_waiting_list",
    "reactivate_enrollment",
    "refuse_many",
    "refuse_request",
    "resume_enrollment",
    "seats_added",
    "start_processing",
    "submit_lead",
    "submit_request",
    "suspend_enrollment",
    "transfer_enrollment",
    "waitlist_many",
]
