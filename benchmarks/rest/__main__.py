"""`python -m benchmarks.rest`, see `measure`."""

import argparse
import os
import sys

from . import measure

os.chdir(measure.ROOT)
parser = argparse.ArgumentParser(prog="python -m benchmarks.rest", description=measure.__doc__)
parser.add_argument("--database", help="measure here, and keep it")
sys.exit(measure.main(parser.parse_args().database))
