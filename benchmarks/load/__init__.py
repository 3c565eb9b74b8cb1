"""A mixed load on the whole server: `make load`, or `python -m benchmarks.load --help`."""
