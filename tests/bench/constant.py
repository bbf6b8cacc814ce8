"""The studio's settings with one view more, which answers with nothing: the floor of a question."""

from studio.settings import *  # noqa: F403 - the studio's own settings, and one address more

ROOT_URLCONF = "tests.bench.constant_urls"
