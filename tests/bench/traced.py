"""The studio's settings, and an app that writes down what its processes do (`tests.bench.tracing`)."""

from studio.settings import *  # noqa: F403 - the studio's own settings, then what the trace adds

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.tracing.Traced"]  # noqa: F405
