"""How the staff admin looks and what its menu offers; each person sees only the items their groups allow."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Text = str | Promise
type MenuItem = dict[str, Any]


def _holds(permission: str) -> Callable[[HttpRequest], bool]:
    """Whether the person who asks holds the permission (`app.codename`)."""
    return lambda request: request.user.has_perm(permission)


def _sees_a_report(request: HttpRequest) -> bool:
    """Whether there is a report for the person who asks."""
    from reports.registry import reports_for

    return bool(reports_for(request.user))


def _asset(path: str) -> Callable[[HttpRequest], str]:
    """The address of a static file, found when the page is made: the manifest isn't there while settings load."""
    return lambda request: static(path)


def _list(title: Text, icon: str, model: str) -> MenuItem:
    """An item that opens the list of a model (`app.model`) for those who may see it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _holds(f"{app}.view_{name}"),
    }


def _at_home(item: MenuItem) -> MenuItem:
    """The item, which is a button on the first page too."""
    return item | {"on_home": True}


def _group(title: Text, *items: MenuItem) -> dict[str, Any]:
    return {"title": title, "items": list(items)}


MENU = [
    {
        "items": [
            {"title": _("Home"), "icon": "home", "link": reverse_lazy("admin:index")},
            _at_home(
                {
                    "title": _("Public site"),
                    "icon": "web",
                    "link": reverse_lazy("wagtailadmin_home"),
                    "permission": _holds("wagtailadmin.access_admin"),
                }
            ),
        ]
    },
    _group(
        _("Enrolments"),
        _at_home(_list(_("Numbers to call"), "add_call", "enrollments.lead"))
        | {"badge": "backoffice.enrollments.admin.leads.new_leads"},
        _at_home(_list(_("Requests"), "inbox", "enrollments.enrollmentrequest")),
        _at_home(_list(_("Enrolments"), "how_to_reg", "enrollments.enrollment")),
    ),
    _group(
        _("Money"),
        _at_home(_list(_("Payments"), "payments", "payments.payment")),
        _list(_("Receipts"), "receipt_long", "payments.receipt"),
        _list(_("Refund requests"), "currency_exchange", "payments.refundrequest"),
        _list(_("Families' accounts"), "account_balance_wallet", "payments.accounttask"),
        _at_home(_list(_("Cash sessions"), "point_of_sale", "payments.cashsession")),
        _list(_("Checks of the ledger"), "verified", "payments.ledgercheck"),
    ),
    {
        "items": [
            _at_home(
                {
                    "title": _("Reports"),
                    "icon": "monitoring",
                    "link": reverse_lazy("reports"),
                    "permission": _sees_a_report,
                }
            )
        ]
    },
    _group(
        _("Attendance"),
        _at_home(
            {
                "title": _("Live board"),
                "icon": "space_dashboard",
                "link": reverse_lazy("attendance-board"),
                "permission": _holds("attendance.view_lectureattendance"),
            }
        ),
        _at_home(
            {
                "title": _("Mark attendance"),
                "icon": "checklist",
                "link": reverse_lazy("attendance-marking-day"),
                "permission": _holds("attendance.change_lectureattendance"),
            }
        ),
        _at_home(_list(_("Participants' attendance"), "fact_check", "attendance.lectureattendance")),
        _list(_("Instructors' attendance"), "badge", "attendance.instructorattendance"),
        _list(_("Supervisors' rota"), "event_repeat", "attendance.supervisorschedule"),
        {
            "title": _("Month's sheets of the staff"),
            "icon": "calendar_month",
            "link": reverse_lazy("admin:attendance_instructorattendance_month"),
            "permission": _holds("attendance.export_instructorattendance"),
        },
        _list(_("Devices"), "fingerprint", "attendance.device"),
        _list(_("Scan log"), "sensors", "attendance.scan"),
        _list(_("Unknown codes"), "unknown_document", "attendance.waitingcode"),
        _list(_("Cards"), "id_card", "attendance.card"),
        _list(_("Job log"), "schedule", "attendance.attendancecronlog"),
    ),
    _group(
        _("Courses"),
        _at_home(_list(_("Courses"), "school", "courses.course")),
        _at_home(_list(_("Lectures"), "event", "courses.lecture")),
        _list(_("Exams"), "quiz", "courses.exam"),
        _list(_("Seasons"), "date_range", "courses.season"),
        _list(_("Holidays"), "beach_access", "courses.holiday"),
        _list(_("Rooms"), "meeting_room", "courses.room"),
        _list(_("Tags"), "sell", "courses.tag"),
    ),
    _group(
        _("People"),
        _at_home(_list(_("Children"), "child_care", "users.child")),
        _list(_("Parents"), "family_restroom", "users.parent"),
        _list(_("Link requests"), "link", "users.parentlinkrequest"),
        _list(_("Students"), "person", "users.studentuser"),
        _list(_("Instructors"), "co_present", "users.instructor"),
        _list(_("Accounts"), "manage_accounts", "users.customuser"),
    ),
    _group(_("Imports"), _at_home(_list(_("Imported sheets"), "upload_file", "shared.importbatch"))),
    _group(
        _("System"),
        {
            "title": _("How it stands"),
            "icon": "monitor_heart",
            "link": reverse_lazy("system"),
            "permission": _holds("django_q.view_schedule"),
        },
        _list(_("Audit trail"), "history", "shared.auditentry"),
        _list(_("Groups"), "shield_person", "auth.group"),
        _list(_("Schedules"), "update", "django_q.schedule"),
        _list(_("Failed work"), "report", "django_q.failure"),
    ),
]

# Teal of palms on warm sand. Contrast: white on 600, and 600 on white, 5.4:1; 600 on sand 4.7:1; 500 on the dark 5.3:1.
PALM = {
    "50": "#effaf6",
    "100": "#d7f2e8",
    "200": "#b0e4d3",
    "300": "#7ccfb7",
    "400": "#48b398",
    "500": "#2aa086",
    "600": "#0f7764",
    "700": "#0d6153",
    "800": "#0e4d43",
    "900": "#0d4039",
    "950": "#052521",
}
SAND = {
    "50": "#faf8f4",
    "100": "#f3efe8",
    "200": "#e7e0d5",
    "300": "#d5cbbb",
    "400": "#a99f8f",
    "500": "#746b5d",
    "600": "#57503f",
    "700": "#433e36",
    "800": "#2b2823",
    "900": "#1c1a17",
    "950": "#100f0d",
}

UNFOLD = {
    "ACCOUNT": {
        "navigation": [
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
            {"title": _("Second factor"), "link": reverse_lazy("second-factor")},
        ]
    },
    "SITE_TITLE": _("Redwan Courses Center"),
    "SITE_HEADER": _("Redwan Courses Center"),
    "SITE_SUBHEADER": _("Staff admin"),
    "SITE_URL": "/",
    "SITE_ICON": {"light": _asset("brand/mark.svg"), "dark": _asset("brand/mark-dark.svg")},
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("brand/favicon.svg")}],
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {"base": SAND, "primary": PALM},
    "STYLES": [_asset("css/fonts.css"), _asset("css/admin.css")],
    "SCRIPTS": [_asset("js/digits.js")],
    "DASHBOARD_CALLBACK": "reports.dashboard.staff_home",
    "LOGIN": {"image": _asset("brand/login.svg")},
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": MENU},
}
