"""The studio's settings, and an app that springs traps in its processes (`tests.faults.trapping`)."""

from studio.settings import *  # noqa: F403 - the studio's own settings, then what these tests add

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.trapping.Traps"]  # noqa: F405
