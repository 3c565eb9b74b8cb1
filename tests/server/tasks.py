"""What the worker is given: each says on the disk when it began and when it ended."""

import time
from pathlib import Path


def take(file: str, seconds: float) -> str:
    """Takes so long; an ended line means that all of it was done."""
    _say(file, "begun")
    time.sleep(seconds)
    _say(file, "ended")
    return "whole"


def take_long_once(file: str, seconds: float) -> str:
    """So long the first time, and no time when it comes again."""
    again = Path(file).exists()
    return take(file, 0 if again else seconds)


def _say(file: str, word: str) -> None:
    with Path(file).open("a") as lines:
        lines.write(f"{word}\n")
