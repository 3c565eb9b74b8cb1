"""Pages that appear and go at an hour that an editor chose."""

from django.core.management import call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page


def publish_due() -> None:
    """Take down what is over and publish what is due.

    It asks the pages what there is to do: what was missed while the server was down is made up for, and a second run
    finds nothing.
    """
    for page_id in list(_over().order_by("expire_at").values_list("pk", flat=True)):
        _take_down(page_id)
    # Wagtail's own command takes down as well, each step by itself; by now it finds nothing of that.
    call_command("publish_scheduled")


@transaction.atomic
def _take_down(page_id: int) -> None:
    """As Wagtail does it, wholly or not at all.

    It says first that the page isn't live: a worker killed after that would never note it, and a version that waits
    for its hour would bring the page back.
    """
    page = _over().select_for_update().filter(pk=page_id).first()
    if page is not None:
        page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _over() -> QuerySet[Page]:
    """Pages that are seen past their hour."""
    return Page.objects.filter(live=True, expire_at__lt=timezone.now())
