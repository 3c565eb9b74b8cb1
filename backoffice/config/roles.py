"""Who may do what: the groups of the centre and their permissions, in one table.

Groups add up: a registrar who is a cashier too is in both. Rules within a permission (one's own lectures, four
eyes) live in services and selectors; this table only says who is let near.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig

MANAGERS = "Managers"
REGISTRARS = "Registrars"
CASHIERS = "Cashiers"
ACCOUNTANTS = "Accountants"
SUPERVISORS = "Supervisors"
INSTRUCTORS = "Instructors"
MARKETING = "Marketing"


def _crud(app: str, models: str, verbs: str = "view add change delete") -> set[str]:
    return {f"{app}.{verb}_{model}" for model in models.split() for verb in verbs.split()}


def _reports(slugs: str) -> set[str]:
    """The permission of each report; managers have all of them."""
    return {f"reports.view_{slug.replace('-', '_')}" for slug in slugs.split()}


# Wagtail asks for these by its own model, whatever model holds the pictures.
_FILES = (("wagtailimages", "image"), ("wagtaildocs", "document"))
_SEE = "view"
_ENTER = "view add change"

_PEOPLE = _crud("users", "customuser studentuser parent child childparent parentlinkrequest instructor", _ENTER)
_COURSES = _crud("courses", "season holiday room course courseschedule lecture exam examresult tag", _ENTER)
_SEE_COURSES = _crud("courses", "season holiday room course courseschedule lecture exam examresult tag", _SEE)
_SEE_FAMILIES = _crud("users", "customuser studentuser parent child", _SEE)
_ATTENDANCE = _crud(
    "attendance", "lectureattendance instructorattendance supervisorschedule device card", _ENTER
) | _crud("attendance", "scan waitingcode attendancecronlog studentinstructorrating parentinstructorrating", _SEE)

TABLE: dict[str, set[str]] = {
    REGISTRARS: _PEOPLE
    | _COURSES
    | _crud("courses", "courseschedule holiday tag", "delete")
    | _crud("enrollments", "enrollmentrequest enrollment", _ENTER)
    | _crud("attendance", "card", _ENTER)
    | {
        "enrollments.decide_enrollmentrequest",
        "payments.view_payment",
        "payments.view_receipt",
        "payments.view_refundrequest",
        "payments.add_refundrequest",
        "attendance.view_lectureattendance",
        "shared.add_importbatch",
        "shared.view_importbatch",
        "shared.import_staff",
        "shared.import_children",
    }
    | _reports("courses requests exam-results"),
    CASHIERS: _SEE_FAMILIES
    | {
        "courses.view_course",
        "enrollments.view_enrollment",
        "payments.view_payment",
        "payments.add_payment",
        "payments.view_accounttask",
        "payments.void_payment",
        "payments.view_receipt",
        "payments.print_receipt",
        "payments.view_refundrequest",
        "payments.add_refundrequest",
        "payments.process_refundrequest",
        "payments.view_cashsession",
        "payments.add_cashsession",
        "payments.change_cashsession",
    },
    ACCOUNTANTS: _SEE_FAMILIES
    | {
        "users.view_instructor",
        "users.view_salary",
        "courses.view_season",
        "courses.view_course",
        "enrollments.view_enrollment",
        "enrollments.view_enrollmentrequest",
        "payments.view_payment",
        "payments.void_payment",
        "payments.export_payment",
        "payments.view_receipt",
        "payments.print_receipt",
        "payments.allocate_payment",
        "payments.view_accounttask",
        "payments.change_accounttask",
        "payments.view_allocation",
        "payments.view_ledgercheck",
        "payments.view_refundrequest",
        "payments.add_refundrequest",
        "payments.approve_refundrequest",
        "payments.process_refundrequest",
        "payments.view_cashsession",
        "payments.view_all_cashsessions",
        # For a session that its cashier forgot; the cashier's own permission.
        "payments.change_cashsession",
        "payments.confirm_cashsession",
        # The month's sheets of the staff, for the wages; not the daily list.
        "attendance.export_instructorattendance",
        "shared.view_auditentry",
    }
    | _reports("daily-cash payments-and-refunds receivables refunds discounts revenue-by-month courses instructors"),
    SUPERVISORS: _ATTENDANCE
    | _SEE_COURSES
    | _crud("enrollments", "enrollmentrequest", "view change")
    | {"enrollments.decide_enrollmentrequest", "users.view_child", "users.view_studentuser"}
    | _reports("attendance exam-results"),
    INSTRUCTORS: {
        "courses.view_course",
        "courses.view_lecture",
        "courses.view_exam",
        "courses.add_exam",
        "courses.change_exam",
        "courses.view_examresult",
        "courses.add_examresult",
        "courses.change_examresult",
        "attendance.view_lectureattendance",
        "attendance.change_lectureattendance",
    },
    MARKETING: {
        "wagtailadmin.access_admin",
        *_crud("wagtailimages", "image", "add change delete choose view"),
        *_crud("cms", "testimonial question", "add change delete view"),
        "cms.change_centresettings",
        "simple_translation.submit_translation",
        *_crud("wagtaildocs", "document", "add change delete choose view"),
        *_crud("wagtailcore", "collection"),
    },
}

# Everything of the centre's, but the edit of the audit trail, which nobody has.
_MANAGED_APPS = {"users", "courses", "enrollments", "payments", "attendance", "shared", "cms", "reports", "auth"}
_NOBODY = {"auth.add_permission", "auth.change_permission", "auth.delete_permission"}


def sync_groups(sender: AppConfig, using: str, verbosity: int = 0, **kwargs: Any) -> None:
    """Make each group have exactly the table's permissions; runs after every migrate."""
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.using(using).select_related("content_type")
    by_name = {f"{one.content_type.app_label}.{one.codename}": one for one in permissions}
    managers = {name for name in by_name if name.split(".")[0] in _MANAGED_APPS} - _NOBODY
    managers |= TABLE[MARKETING] | {name for name in by_name if name.startswith("django_q.view_")}
    for group_name, names in {MANAGERS: managers, **TABLE}.items():
        group, _created = Group.objects.using(using).get_or_create(name=group_name)
        group.permissions.set(_known(names, by_name))
        if group_name in (MANAGERS, MARKETING):
            _open_the_site(group, by_name, using)


def _open_the_site(group: Any, by_name: dict[str, Any], using: str) -> None:
    """Let the group work on every page, picture and document: Wagtail keeps these by tree, not by model alone."""
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    root = Page.objects.using(using).filter(depth=1).first()
    shelf = Collection.objects.using(using).filter(depth=1).first()
    pages = [f"wagtailcore.{verb}_page" for verb in ("add", "change", "publish", "lock", "unlock")]
    files = [f"{app}.{verb}_{what}" for app, what in _FILES for verb in ("add", "change", "choose")]
    for permission in _known(pages, by_name) if root else ():
        GroupPagePermission.objects.using(using).get_or_create(group=group, page=root, permission=permission)
    for permission in _known(files, by_name) if shelf else ():
        GroupCollectionPermission.objects.using(using).get_or_create(
            group=group, collection=shelf, permission=permission
        )


def _known(names: Iterable[str], by_name: dict[str, Any]) -> list[Any]:
    # While migrating to an older state some tables, and so their permissions, are not there.
    return [by_name[name] for name in names if name in by_name]
