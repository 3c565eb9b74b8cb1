"""Http and sockets on one port."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.config.settings")
django.setup(set_prefix=False)

# After the setup: they read the settings.
from api.realtime.routing import sockets  # noqa: E402

from .threads import StayingThreads  # noqa: E402

application = ProtocolTypeRouter({"http": StayingThreads(), "websocket": sockets()})
