"""Http and sockets on one port."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.config.settings")
django.setup(set_prefix=False)

# After the setup: they read the settings.
from django.conf import settings  # noqa: E402

from api.realtime.hub import open_sockets  # noqa: E402
from api.realtime.routing import sockets  # noqa: E402

from .threads import StayingThreads  # noqa: E402

application = ProtocolTypeRouter({"http": StayingThreads(), "websocket": sockets()})

if settings.WATCHING.metrics_port is not None:
    # Of all web processes this is the one of which there is one.
    from workers.metrics.facts import Facts, Sockets
    from workers.metrics.port import open_port

    open_port(settings.WATCHING.metrics_port, Facts(), Sockets(open_sockets))
