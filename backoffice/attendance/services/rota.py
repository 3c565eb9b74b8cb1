"""The supervisors' weekly hours."""

from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError

from ..models import SupervisorSchedule


def check_rota(schedule: SupervisorSchedule) -> None:
    """A supervisor's hours don't overlap; raises DomainError `rota_overlap` naming the other hours."""
    other = (
        SupervisorSchedule.objects.filter(supervisor=schedule.supervisor_id, weekday=schedule.weekday)
        .filter(start_time__lt=schedule.end_time, end_time__gt=schedule.start_time)
        .exclude(pk=schedule.pk)
        .first()
    )
    if other is not None:
        sentence = _("These hours overlap with %(hours)s.") % {"hours": other}
        raise DomainError("rota_overlap", sentence, field="start_time")
