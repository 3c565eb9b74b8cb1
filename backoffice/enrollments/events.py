"""Moments of an enrolment that higher apps take part in, inside the same transaction."""

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
