"""The web server: `python -m studio.granian`, with Granian's own words behind it.

The studio is loaded before the server forks its processes, so that they share the memory it takes; it
opens no connection and starts no thread before that.
"""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver
from granian.cli import entrypoint

from studio.generation import heap


def load() -> None:
    """Import what answers a request, and keep it from being touched by the garbage collector."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    django.setup()
    WSGIHandler()  # imports the middleware
    _ = get_resolver().url_patterns
    heap.share()


if __name__ == "__main__":
    load()
    entrypoint()
