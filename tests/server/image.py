"""The Dockerfile's own steps, done in an empty folder: what a machine without a Docker engine can show of the image."""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Steps that change the machine and not the folder; it has what they install (.ci/run), or its own user.
OF_THE_MACHINE = ("apt-get ", "useradd ")
# uid 1000, which may write nowhere but in what is its own. It may read everything: this machine's Python can lie in a
# folder of root's.
AS_CENTRE = (
    "setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs "
    "--bounding-set -all,+dac_read_search --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search"
)


def instructions() -> Iterator[tuple[str, str]]:
    """Each of the Dockerfile's, its lines joined and its comments gone."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            word, _blank, rest = line.partition(" ")
            yield word, rest.strip()


def left_out(path: PurePosixPath) -> bool:
    """Whether .dockerignore keeps this file, or a folder above it, out of the image."""
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for above in (path, *path.parents[:-1]):
        for pattern in patterns:
            anywhere = pattern.removeprefix("**/")
            if fnmatch.fnmatch(above.name if anywhere != pattern else str(above), anywhere):
                return True
    return False


@dataclass
class Image:
    """A folder that stands for the image's /app, and the environment of what runs there."""

    folder: Path
    python: Path
    env: dict[str, str] = field(default_factory=dict)
    user: str = ""
    command: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def build(self) -> "Image":
        """Do each step in order."""
        path = f"{self.python.parent}:{os.environ['PATH']}:/usr/sbin"
        self.env = {"PATH": path, "HOME": str(self.folder.parent)}
        for word, rest in instructions():
            getattr(self, f"_{word.lower()}")(rest)
        return self

    def run(self, command: str | list[str], **more: str) -> subprocess.CompletedProcess[str]:
        """As the container would: by its user, in its folder."""
        told = {"cwd": self.folder, "env": self.env | more, "capture_output": True, "text": True, "check": False}
        return subprocess.run(self.as_user(command), **told)

    def as_user(self, command: str | list[str]) -> list[str]:
        """The command line of the image's user."""
        words = shlex.split(command) if isinstance(command, str) else command
        return [*shlex.split(self.user), *words]

    def of_compose(self, service: str) -> str:
        """What compose.yml starts for this service, or the image's own."""
        command = yaml.safe_load((ROOT / "compose.yml").read_text())["services"][service]["command"]
        assert isinstance(command, str)
        return command

    def _from(self, image: str) -> None:
        assert re.fullmatch(r"python:3\.\d+-slim", image)

    def _env(self, rest: str) -> None:
        self.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        # Of the image's making alone: here the packages may come from where pip keeps them.
        self.env.pop("PIP_NO_CACHE_DIR", None)

    def _workdir(self, rest: str) -> None:
        assert rest == "/app"

    def _copy(self, rest: str) -> None:
        match rest.split():
            case [".", "."]:
                shutil.copytree(ROOT, self.folder, ignore=_ignored, dirs_exist_ok=True)
            case [name, "./"]:
                shutil.copy(ROOT / name, self.folder)
            case other:
                raise AssertionError(f"COPY {other}: say here what it does")

    def _run(self, rest: str) -> None:
        if rest.startswith(OF_THE_MACHINE):
            return
        command = rest.replace("/app", str(self.folder))
        if os.geteuid() != 0:
            command = command.replace("1000", str(os.getuid()))
        done = subprocess.run(["sh", "-ec", command], cwd=self.folder, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        self.done.append(rest)

    def _user(self, rest: str) -> None:
        assert rest == "1000"
        self.user = AS_CENTRE if os.geteuid() == 0 else ""

    def _expose(self, rest: str) -> None:
        assert rest == "8000"

    def _cmd(self, rest: str) -> None:
        self.command = yaml.safe_load(rest)


def _ignored(folder: str, names: list[str]) -> set[str]:
    here = PurePosixPath(Path(folder).relative_to(ROOT))
    return {name for name in names if left_out(here / name)}


def fresh_venv(folder: Path) -> Path:
    """A Python with nothing but pip; where a base image's would be."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / "bin" / "python3"
