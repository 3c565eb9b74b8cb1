#!/usr/bin/env python
"""The command line of the back office."""

import os
import sys


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A sentence about a setting, for whoever sets it.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
