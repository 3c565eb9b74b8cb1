"""Writes of people: accounts, profiles, families, access, first passwords."""

from .access import deactivate_user, reactivate_user, set_groups, set_password
from .accounts import check_account, create_account, update_account
from .calendars import make_calendar_link, revoke_calendar_link, whose_calendar
from .claims import claim_account, make_claim_code, make_slip, make_slips, slip_of
from .families import (
    DECIDES_LINKS,
    add_further_parent,
    approve_link,
    ask_to_join_child,
    check_child,
    create_child,
    reject_link,
    remove_further_parent,
    update_child,
)
from .own_children import add_own_child, change_own_child, remove_own_child
from .profiles import (
    add_parent_profile,
    add_student_profile,
    create_instructor,
    create_parent,
    create_person,
    create_student,
    need_gender,
    register_person,
    update_instructor,
    update_parent,
    update_student,
)
from .second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)

__all__ = [
    "DECIDES_LINKS",
    "add_further_parent",
    "add_own_child",
    "add_parent_profile",
    "add_student_profile",
    "approve_link",
    "ask_to_join_child",
    "begin_second_factor",
    "change_own_child",
    "check_account",
    "check_child",
    "check_second_factor",
    "claim_account",
    "confirm_second_factor",
    "create_account",
    "create_child",
    "create_instructor",
    "create_parent",
    "create_person",
    "create_student",
    "deactivate_user",
    "make_calendar_link",
    "make_claim_code",
    "make_slip",
    "make_slips",
    "need_gender",
    "reactivate_user",
    "register_person",
    "reject_link",
    "remove_further_parent",
    "remove_own_child",
    "remove_second_factor",
    "renew_recovery_codes",
    "revoke_calendar_link",
    "set_groups",
    "set_password",
    "slip_of",
    "update_account",
    "update_child",
    "update_instructor",
    "update_parent",
    "update_student",
    "whose_calendar",
]
