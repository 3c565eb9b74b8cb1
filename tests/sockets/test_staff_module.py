"""The staff pages' own module comes back after a restart of the server, and misses nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from api import tokens

pytestmark = [
    pytest.mark.postgres,
    # The browser's module is run by node, which `.ci/run` installs; a developer's machine may have none.
    pytest.mark.skipif(not shutil.which("node"), reason="node is not there"),
]


def test_it_resumes_after_a_restart_and_ends_when_nobody_is_signed_in(room, web):
    pair = tokens.sign_in(room.supervisor)
    script = str(Path(__file__).with_name("listens.mjs"))
    address = f"http://127.0.0.1:{web.port}/"
    page = subprocess.Popen(
        ["node", "--experimental-websocket", script, address, pair.access], stdout=subprocess.PIPE, text=True
    )
    try:
        said = (line.strip() for line in page.stdout)

        def until(words):
            heard = []
            while not heard or heard[-1] != words:
                heard.append(next(said))
            return heard

        room.mark(room.yusuf)
        assert until("event 2") == ["state connecting", "state live", "event 1", "event 2"]
        web.stop()
        assert until("state waiting") == ["state waiting"]
        room.mark(room.yusuf)
        web.start()
        room.mark(room.yusuf)
        heard = [words for words in until("event 6") if words.startswith("event")]
        assert heard == ["event 3", "event 4", "event 5", "event 6"]
        tokens.sign_out(pair.refresh)
        web.stop()
        web.start()
        assert "state live" not in until("state ended")
    finally:
        page.kill()
        page.wait()
