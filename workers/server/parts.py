"""The three processes: nginx takes the port, gunicorn answers pages and API, uvicorn keeps the sockets."""

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backoffice.shared.environment import environment
from workers.metrics.folder import folder_in
from workers.processes import Part
from workers.web_server import ONE_ARENA, asgi_command

ROOT: Final = Path(__file__).resolve().parents[2]
_TEMPLATE: Final = Path(__file__).with_name("nginx.conf")
# Around an import's file: its form's other fields and the borders between them.
_BESIDE_A_FILE: Final = 2 * 2**20
_IMPORT_MAX_BYTES: Final = 30 * 2**20


@dataclass(frozen=True)
class Plan:
    """Where to listen, with how many processes and threads, and where files are."""

    host: str
    port: int
    processes: int
    threads: int
    trusted_proxies: int
    behind_proxy: bool
    upload_bytes: int
    # The site's pictures lie in a store that only the application reaches.
    media_in_a_store: bool
    static: Path
    files: Path
    # Unix sockets and the front's configuration; gone at the end.
    run: Path
    # Whether the processes count for Prometheus.
    metrics: bool = False

    @classmethod
    def from_environment(cls, run: Path) -> "Plan":
        """As `.env.example` explains; raises ImproperlyConfigured for what can't be read."""
        env = environment(ROOT)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return cls(
            host=env("WEB_HOST", default="127.0.0.1"),
            port=env.int("WEB_PORT", default=8000),
            processes=max(1, env.int("WEB_PROCESSES", default=max(2, cores))),
            threads=max(1, env.int("WEB_THREADS", default=4)),
            trusted_proxies=env.int("TRUSTED_PROXIES", default=0),
            behind_proxy=env.bool("BEHIND_PROXY", default=False),
            upload_bytes=env.int("IMPORT_MAX_BYTES", default=_IMPORT_MAX_BYTES) + _BESIDE_A_FILE,
            media_in_a_store=bool(env("MEDIA_S3_BUCKET", default="")),
            static=Path(env("STATIC_ROOT", default=str(ROOT / ".staticfiles"))),
            files=Path(env("VAR_DIR", default=str(ROOT / "var"))),
            run=run,
            metrics=bool(env("METRICS_PORT", default="")),
        )

    @property
    def pages_socket(self) -> Path:
        """Where gunicorn listens."""
        return self.run / "pages.sock"

    @property
    def sockets_socket(self) -> Path:
        """Where uvicorn listens."""
        return self.run / "sockets.sock"

    @property
    def more(self) -> dict[str, str]:
        """What both servers are told: the front is one more proxy that may be believed."""
        return {
            **ONE_ARENA,
            "TRUSTED_PROXIES": str(self.trusted_proxies + 1),
            "FILES_ACCEL_PREFIX": "/private-files/",
            **(folder_in(self.run) if self.metrics else {}),
        }


def pages(plan: Plan) -> Part:
    """Pages and API, in processes that share the memory they were born with."""
    command = [sys.executable, "-m", "gunicorn", "backoffice.config.wsgi:application"]
    command += ["--config", str(Path(__file__).with_name("gunicorn_settings.py")), "--chdir", str(ROOT)]
    command += ["--bind", f"unix:{plan.pages_socket}", "--worker-tmp-dir", str(plan.run)]
    command += ["--workers", str(plan.processes), "--threads", str(plan.threads)]
    return Part("pages", command, plan.more)


def sockets(plan: Plan) -> Part:
    """Sockets; told to come back (1012) when it stops."""
    return Part("sockets", asgi_command("--app-dir", str(ROOT), "--uds", str(plan.sockets_socket)), plan.more)


def front(plan: Plan) -> Part:
    """nginx on the port: gathers slow requests, hands out files, and passes the rest on."""
    config = plan.run / "nginx.conf"
    config.write_text(_configured(plan))
    return Part("front", ["nginx", "-e", "stderr", "-c", str(config), "-g", "daemon off;"])


def _configured(plan: Plan) -> str:
    address = f"[{plan.host}]" if ":" in plan.host else plan.host
    values = {
        "LISTEN": f"{address}:{plan.port}",
        "RUN": plan.run,
        # Started as root (never in the image), nginx would take another user, who may not open our sockets.
        "USER": f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else "",
        "PAGES": plan.pages_socket,
        "SOCKETS": plan.sockets_socket,
        "UPLOAD": plan.upload_bytes,
        "NOT_THERE": "error_page 404 = @pages;" if plan.media_in_a_store else "",
        "STATIC": plan.static.resolve(),
        "FILES": plan.files.resolve(),
        # A visitor's own word about the scheme is never passed on; a proxy's is.
        "SCHEME": "$http_x_forwarded_proto" if plan.behind_proxy else "$scheme",
        # So with the id under which the log is read: a proxy's, or none, and the application makes one.
        "REQUEST_ID": "$http_x_request_id" if plan.trusted_proxies else '""',
    }
    text = _TEMPLATE.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text
