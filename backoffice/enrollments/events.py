"""Moments of an enrolment that higher apps take part in, inside the same transaction."""

from decimal import Decimal
from typing import TYPE_CHECKING

from backoffice.shared.hooks import Hook

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

    from .models import Enrollment, EnrollmentRequest

# A participant has a seat from now on.
seat_taken: "Hook[[Enrollment, CustomUser | None]]" = Hook("seat_taken")
# The seat was given back.
seat_freed: "Hook[[Enrollment, CustomUser | None]]" = Hook("seat_freed")
# A request became an enrolment.
request_accepted: "Hook[[EnrollmentRequest, Enrollment, CustomUser | None]]" = Hook("request_accepted")
# A request ended without a place: refused, cancelled or expired; called after it was saved, under the course's lock.
request_closed: "Hook[[EnrollmentRequest, CustomUser | None]]" = Hook("request_closed")
# The price of a place is about to change to the second argument: called before anything is written, to refuse it.
price_changing: "Hook[[Enrollment, Decimal, CustomUser | None]]" = Hook("price_changing")
# A participant is about to leave this place for another: called under the locks of both courses and of the place,
# before anything is written, to lock what moves along. A lapsing offer may take a counter, and these are locked last.
enrollment_moving: "Hook[[Enrollment, CustomUser | None]]" = Hook("enrollment_moving")
# A participant moved from the first place to the second; called last, for it may move money.
enrollment_transferred: "Hook[[Enrollment, Enrollment, CustomUser | None]]" = Hook("enrollment_transferred")
