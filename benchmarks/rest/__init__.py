"""The apps' two hottest lists beside the stock way and beside bare twins: `python -m benchmarks.rest`."""
