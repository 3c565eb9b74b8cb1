"""The running centre, seen in Debian's chromium as its staff see it."""
