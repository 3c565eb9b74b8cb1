"""Who may do what: the groups of the centre and their permissions, in one table.

Groups add up: a registrar who is a cashier too is in both. Rules within a permission (one's own lectures, four
eyes) live in services and selectors; this table only says who is let near.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

MANAGERS = "Managers"
REGISTRARS = "Registrars"
CASHIERS = "Cashiers"
ACCOUNTANTS = "Accountants"
SUPERVISORS = "Supervisors"
INSTRUCTORS = "Instructors"
MARKETING = "Marketing"
# Who of marketing publishes; beside that group, and by itself opening nothing.
EDITORS = "Editors"


def _crud(app: str, models: str, verbs: str = "view add change delete") -> set[str]:
    return {f"{app}.{verb}_{model}" for model in models.split() for verb in verbs.split()}


def _reports(slugs: str) -> set[str]:
    """The permission of each report; managers have all of them."""
    return {f"reports.view_{slug.replace('-', '_')}" for slug in slugs.split()}


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
    | _crud("enrollments", "lead", "view change")
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
    | _reports("courses seasons requests exam-results data-quality"),
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
        "courses.view_revenue_target",
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
    | _reports(
        "cash-in-hand daily-cash payments-and-refunds receivables refunds discounts revenue-by-month courses seasons "
        "instructors"
    ),
    SUPERVISORS: _ATTENDANCE
    | _SEE_COURSES
    | _crud("enrollments", "enrollmentrequest", "view change")
    | {"enrollments.decide_enrollmentrequest", "users.view_child", "users.view_studentuser"}
    | _reports("attendance attendance-of-courses exam-results"),
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
    # Authors write and hand in. What would be seen at once, without an editor, they add and don't change.
    MARKETING: {
        "wagtailadmin.access_admin",
        *_crud("wagtailimages", "image", "add choose view"),
        *_crud("wagtaildocs", "document", "add choose view"),
        *_crud("cms", "testimonial question", "add view"),
        "simple_translation.submit_translation",
    },
    EDITORS: {
        *_crud("wagtailimages", "image", "change delete"),
        *_crud("wagtaildocs", "document", "change delete"),
        *_crud("wagtailcore", "collection"),
        *_crud("cms", "testimonial question", "change delete"),
        "cms.change_centresettings",
        *_crud("wagtailredirects", "redirect"),
        *_crud("wagtailsearchpromotions", "searchpromotion"),
    },
}

# What a group may do with every page, and with every picture and document.
_PAGES: dict[str, set[str]] = {
    MARKETING: _crud("wagtailcore", "page", "add change"),
    EDITORS: _crud("wagtailcore", "page", "publish lock unlock"),
}
_FILES: dict[str, set[str]] = {
    MARKETING: _crud("wagtailimages", "image", "add choose") | _crud("wagtaildocs", "document", "add choose"),
    EDITORS: _crud("wagtailimages", "image", "change") | _crud("wagtaildocs", "document", "change"),
}
for _held in (_PAGES, _FILES):
    _held[MANAGERS] = _held[MARKETING] | _held[EDITORS]
# What its makers call the workflow that comes with Wagtail.
_WAGTAILS_WORKFLOW = "Moderators approval"

# Everything of the centre's, but the edit of the audit trail, which nobody has.
_MANAGED_APPS = {"users", "courses", "enrollments", "payments", "attendance", "shared", "cms", "reports", "auth"}
_NOBODY = {"auth.add_permission", "auth.change_permission", "auth.delete_permission"}


def sync_groups(sender: AppConfig, using: str, verbosity: int = 0, **kwargs: Any) -> None:
    """Make each group have exactly the table's permissions; runs after every migrate."""
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.using(using).select_related("content_type")
    by_name = {f"{one.content_type.app_label}.{one.codename}": one for one in permissions}
    managers = {name for name in by_name if name.split(".")[0] in _MANAGED_APPS} - _NOBODY
    managers |= TABLE[MARKETING] | TABLE[EDITORS] | {name for name in by_name if name.startswith("django_q.view_")}
    for group_name, names in {MANAGERS: managers, **TABLE}.items():
        group, _created = Group.objects.using(using).get_or_create(name=group_name)
        group.permissions.set(_known(names, by_name))
        if group_name in _PAGES:
            _open_the_site(group, by_name, using)
    _workflow(using)


def _open_the_site(group: Any, by_name: dict[str, Any], using: str) -> None:
    """Let the group do its work on every page, picture and document, and no more of it.

    Wagtail keeps these by tree, not by model alone, and asks for pictures by its own model, whatever model holds them.
    """
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    root = Page.objects.using(using).filter(depth=1).first()
    shelf = Collection.objects.using(using).filter(depth=1).first()
    for rows, where, names in (
        (GroupPagePermission.objects.using(using), {"page": root}, _PAGES[group.name]),
        (GroupCollectionPermission.objects.using(using), {"collection": shelf}, _FILES[group.name]),
    ):
        if None in where.values():
            continue
        wanted = _known(names, by_name)
        rows.filter(group=group).exclude(permission__in=wanted, **where).delete()
        for permission in wanted:
            rows.get_or_create(group=group, permission=permission, **where)


def _workflow(using: str) -> None:
    """Have what an author hands in wait for an editor or a manager, on every page.

    Wagtail brings one such workflow for a group that nobody is in; it becomes ours.
    """
    from django.contrib.auth.models import Group
    from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

    root = Page.objects.using(using).filter(depth=1).first()
    if root is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        name, task_name = _("Editor’s review"), _("An editor reads it")
    link = WorkflowPage.objects.using(using).filter(page=root).select_related("workflow").first()
    workflow = link.workflow if link else Workflow.objects.using(using).create(name=name)
    if link is None:
        WorkflowPage.objects.using(using).create(page=root, workflow=workflow)
    task = GroupApprovalTask.objects.using(using).filter(workflow_tasks__workflow=workflow).first()
    if task is None:
        task = GroupApprovalTask.objects.using(using).create(name=task_name)
        WorkflowTask.objects.using(using).create(workflow=workflow, task=task, sort_order=0)
    if workflow.name == _WAGTAILS_WORKFLOW:
        workflow.name, task.name = name, task_name
        workflow.save(using=using)
        task.save(using=using)
    task.groups.set(Group.objects.using(using).filter(name__in=(EDITORS, MANAGERS)))


def _known(names: Iterable[str], by_name: dict[str, Any]) -> list[Any]:
    # While migrating to an older state some tables, and so their permissions, are not there.
    return [by_name[name] for name in names if name in by_name]
