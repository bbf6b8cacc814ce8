#!/usr/bin/env python
"""Django's command line for the studio."""

import os
import sys

from django.core.management import execute_from_command_line

from studio.env import SettingError


def main() -> None:
    """Run the management command named on the command line.

    A setting that cannot be used ends it with one sentence and code 2, Ctrl-C with code 130.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    try:
        execute_from_command_line(sys.argv)
    except SettingError as fault:
        sys.exit(_refused(fault))
    except KeyboardInterrupt:
        sys.exit(130)


def _refused(fault: SettingError) -> int:
    print(fault, file=sys.stderr)  # noqa: T201 - the command line's own answer
    return 2


if __name__ == "__main__":
    main()
