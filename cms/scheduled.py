"""Pages that appear and go at an hour that an editor chose."""

from django.core.management import call_command


def publish_due() -> None:
    """Publish what is due and take down what is over, by Wagtail's own command.

    It asks the pages what there is to do: what was missed while the server was down is made up for, and a second run
    finds nothing.
    """
    call_command("publish_scheduled")
