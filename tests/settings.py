"""The studio's settings as the tests want them: cheap hashing, files in a folder of the run."""

import os
import tempfile

os.environ.setdefault("STUDIO_DATA", tempfile.mkdtemp(prefix="studio-tests-"))

from studio.settings import *  # noqa: F403 - the studio's own settings, then what tests change

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
