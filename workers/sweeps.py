"""Work that comes again and again by the clock and needs no day of the centre: the whole table of it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sweep:
    """Work that comes again and again and needs no day: it does what there is to do.

    `function` is its dotted name, `cron` is in UTC.
    """

    name: str
    title: Promise
    function: str
    cron: str
    often: Promise


SWEEPS: Final = (
    Sweep("heartbeat", _("The worker's heartbeat"), "workers.jobs.beat", "* * * * *", _("every minute")),
    Sweep(
        "retry_jobs",
        _("Making up for missed and failed jobs"),
        "workers.running.run_missed",
        "*/5 * * * *",
        _("every five minutes"),
    ),
    Sweep(
        "follow_the_rota",
        _("Who of the staff is expected, and who hasn't come"),
        "backoffice.attendance.services.follow_the_rota",
        "*/5 * * * *",
        _("every five minutes"),
    ),
    Sweep(
        "sweep_events",
        _("Sending live events again whose sending failed"),
        "backoffice.attendance.services.sweep_events",
        "* * * * *",
        _("every minute"),
    ),
    Sweep(
        "forget_events",
        _("Forgetting live events that nobody asks for any more"),
        "backoffice.attendance.services.forget_events",
        "50 0 * * *",
        _("every night"),
    ),
    Sweep(
        "expire_offers",
        _("Passing on seats whose offer is over"),
        "workers.jobs.sweep_offers",
        "*/10 * * * *",
        _("every ten minutes"),
    ),
    # By their names: doors don't import each other.
    Sweep(
        "publish_pages",
        _("Publishing and taking down the site's pages at their hour"),
        "cms.scheduled.publish_due",
        "* * * * *",
        _("every minute"),
    ),
    Sweep(
        "take_up_exports",
        _("Taking up exports whose worker was stopped"),
        "reports.exporting.take_up",
        "* * * * *",
        _("every minute"),
    ),
    Sweep(
        "forget_exports",
        _("Removing the files of exports that were kept a week"),
        "reports.exporting.forget_files",
        "20 1 * * *",
        _("every night"),
    ),
    Sweep(
        "forget_sheets",
        _("Removing imported sheets and their lists that were kept 30 days"),
        "backoffice.shared.imports.forgetting.forget_sheets",
        "10 1 * * *",
        _("every night"),
    ),
    Sweep(
        "resend_reports",
        _("Sending reports again whose sending failed"),
        "reports.sending.due.sweep",
        "*/10 * * * *",
        _("every ten minutes"),
    ),
    Sweep(
        "forget_sign_ins",
        _("Forgetting sign-ins that have run out"),
        "backoffice.users.services.forget_sign_ins",
        "30 0 * * *",
        _("every night"),
    ),
    Sweep(
        "forget_sendings",
        _("Removing what became of reports' letters a year ago"),
        "reports.sending.due.forget_old",
        "30 1 * * *",
        _("every night"),
    ),
    Sweep(
        "forget_answers",
        _("Forgetting answers kept for the apps' repetitions"),
        "api.idempotency.sweep",
        "40 0 * * *",
        _("every night"),
    ),
)
