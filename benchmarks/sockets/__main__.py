"""`python -m benchmarks.sockets`, see `measure`."""

import argparse
import os
import sys

from . import measure

os.chdir(measure.ROOT)
parser = argparse.ArgumentParser(prog="python -m benchmarks.sockets", description=measure.__doc__)
parser.add_argument("--like", default="template1", help="an empty, migrated database to copy: migrating takes longest")
sys.exit(measure.main(parser.parse_args().like))
