"""Writes down what the code has as a release: see the package."""

import sys

import django

django.setup()

from tests.released import add  # noqa: E402  Django first

add(sys.argv[1])
