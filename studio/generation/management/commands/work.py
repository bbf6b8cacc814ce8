"""`manage.py work`: send jobs and save pictures, until SIGTERM or Ctrl-C."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from studio.generation.cluster import Cluster


class Command(BaseCommand):
    """Run the task cluster in the foreground; any number of them may run, on any machine."""

    help = "Run the workers that send jobs to the provider and save their pictures."

    def handle(self, *args: Any, **options: Any) -> None:
        """Return once every worker has brought to its end what it had begun."""
        workers = settings.Q_CLUSTER["workers"]
        Cluster(workers=workers, threads=settings.WORKER_THREADS, painters=workers).run()
