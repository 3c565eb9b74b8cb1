"""Debian's wapiti 3.0.4 as it is, but for `--exclude`: `/usr/bin/python3 tests/scanners/wapiti.py …`.

It makes a pattern with its flags at the end, which its Python (3.11) takes for an error: no walk begins then.
"""

import fnmatch
import re
import sys

from wapitiCore.main.wapiti import wapiti_main
from wapitiCore.net import crawler

crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
sys.exit(wapiti_main())
