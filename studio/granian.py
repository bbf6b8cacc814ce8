"""The web server: `python -m studio.granian`, with Granian's own words behind it.

The studio is loaded before the server forks its processes, its templates with it, so that they share the
memory it takes; it opens no connection and starts no thread before that.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.template.loader import get_template
from django.urls import get_resolver
from granian.cli import entrypoint

from studio.generation import heap


def load() -> None:
    """Import what answers a request, and keep it from being touched by the garbage collector."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    django.setup()
    WSGIHandler()  # imports the middleware
    _ = get_resolver().url_patterns
    _read_templates()
    heap.share()


def _read_templates() -> None:
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for file in sorted(Path(folder).rglob("*.html")):
            get_template(str(file.relative_to(folder)))  # kept by the loader, which has no eye on files


if __name__ == "__main__":
    load()
    entrypoint()
