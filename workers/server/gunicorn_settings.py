"""gunicorn's settings that no environment changes; times in seconds."""

import gc

worker_class = "gthread"
# The code is loaded once, and its memory shared.
preload_app = True
# A process that grew is replaced, and never all at once.
max_requests = 20_000
max_requests_jitter = 4_000
# Without a sign of life from its main thread; a long answer in another thread is no silence.
timeout = 60
graceful_timeout = 20
# nginx asks anew for each request: a kept connection may be closed in the moment in which it is used again.
keepalive = 0
loglevel = "warning"
# Over a unix socket gunicorn would believe these of anybody: whether it was https is Django's to decide.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
control_socket_disable = True


def when_ready(server: object) -> None:
    """Before the processes are born: what is loaded by now is never looked through for garbage again."""
    gc.collect()
    gc.freeze()
