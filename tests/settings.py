"""The studio's settings as the tests want them: cheap hashing, files in a folder of the run.

The database is SQLite, in memory, unless the run has another set-up (`tests.setups`).
"""

import atexit
import os
import shutil
import tempfile

from tests import setups

# The run's first process makes the folder and removes it; its workers inherit the name.
if "STUDIO_TESTS" not in os.environ:
    os.environ["STUDIO_TESTS"] = os.environ["STUDIO_DATA"] = tempfile.mkdtemp(prefix="studio-tests-")
    atexit.register(shutil.rmtree, os.environ["STUDIO_DATA"], ignore_errors=True)
# What the shell of whoever runs the tests names for a studio of their own is not touched.
os.environ["DATABASE_URL"] = setups.postgres_url()
os.environ["REDIS_URL"] = setups.redis_url()

from studio.settings import *  # noqa: F403 - the studio's own settings, then what tests change

if setups.postgres_url():  # most tests are one transaction, and a loaded machine stands still for seconds
    _options: dict[str, str] = DATABASES["default"]["OPTIONS"]  # type: ignore[assignment]  # noqa: F405
    _options["options"] += " -c idle_in_transaction_session_timeout=0"
else:  # said here: without it pytest-xdist knows only Django's own engine to be in memory
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 - WhiteNoise warns of a folder that is not there
DOITONG_WEBHOOKS = "off"  # no server listens beside a test; those of webhooks turn them on
HEARTBEATS = ()  # no queue and no watcher runs beside a test, and none is missed
