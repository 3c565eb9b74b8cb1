"""`python -m benchmarks.sockets`, see `measure`."""

import argparse
import os
import sys

from . import measure

os.chdir(measure.ROOT)
parser = argparse.ArgumentParser(prog="python -m benchmarks.sockets", description=measure.__doc__)
parser.add_argument("--database", help="measure in this one, migrated or empty, and keep it")
sys.exit(measure.main(parser.parse_args().database))
