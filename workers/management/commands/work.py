"""`manage.py work`: the worker by itself, for a server whose pages are served elsewhere."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext as _

from workers.database import require_database
from workers.heartbeat import Watch, worker_part
from workers.metrics.folder import shared_folder
from workers.processes import Running


class Command(BaseCommand):
    """Run the worker until it is stopped; one that does nothing any more is started anew."""

    help = "Runs the worker (queue and schedules), and starts it anew when its heartbeat stands still."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start it and watch; one that ends by itself ends this too, for whoever restarts containers."""
        require_database()
        # Whoever watches holds no connection meanwhile.
        connections.close_all()
        port = settings.WATCHING.metrics_port
        with shared_folder(port), Running(grace=50.0) as running:
            running.start(worker_part())
            if port is not None:
                # What the tasks took; the database's facts are told by the web server.
                from workers.metrics.port import open_port

                open_port(port)
            running.wait_until(Watch(running, worker_part()).look)
            dead = running.first_dead()
            asked = running.stop_asked
        if dead and not asked:
            raise CommandError(_("The worker ended by itself with code %d.") % dead[1])
