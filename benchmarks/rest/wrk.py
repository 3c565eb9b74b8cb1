"""One run of wrk: how many answers a second from 16 connections, and how long the middle and the slow ones took."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

CONNECTIONS: Final = 16
_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Run:
    """Answers a second, and milliseconds that half and 99 of a hundred of them stayed under."""

    rate: float
    p50: float
    p99: float


def is_there() -> bool:
    """Whether the program is installed."""
    return shutil.which("wrk") is not None


def run(url: str, *, seconds: int, headers: dict[str, str]) -> Run:
    """Ask for this long; raises RuntimeError when an answer wasn't a 200, or none came."""
    command = ["wrk", "--latency", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    told = subprocess.run([*command, url], check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"{url}:\n{told}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if rate is None:
        raise RuntimeError(f"{url}:\n{told}")
    return Run(float(rate[1]), _under(told, 50), _under(told, 99))


def _under(told: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)\s*$", told, re.MULTILINE)
    if found is None:
        raise RuntimeError(told)
    return float(found[1]) * _UNITS[found[2]]
