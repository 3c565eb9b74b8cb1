"""Who: accounts by phone number, students, parents, children, instructors."""

from .calendar import CalendarLink
from .claim import ClaimCode
from .family import Child, ChildParent, Parent, ParentLinkRequest, StudentUser
from .instructor import Instructor
from .second_factor import RecoveryCode, SecondFactor
from .sign_in import SignIn
from .user import CustomUser, Gender, IdentityType, Role

__all__ = [
    "CalendarLink",
    "Child",
    "ChildParent",
    "ClaimCode",
    "CustomUser",
    "Gender",
    "IdentityType",
    "Instructor",
    "Parent",
    "ParentLinkRequest",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "SignIn",
    "StudentUser",
]
