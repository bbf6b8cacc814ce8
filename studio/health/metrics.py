"""/metrics: the studio's figures in Prometheus's text, for who may read them (G9).

Nothing is counted in this process but requests: everything else is read from the rows when it is asked for,
so that any web server of the studio tells the same.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.doitong.addresses import is_loopback
from studio.generation import vitals
from studio.generation.states import LIVE
from studio.generation.vitals import Vitals
from studio.health import counting

if TYPE_CHECKING:
    from prometheus_client.core import Metric

PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures; 401 for a wrong token, 404 where nobody but this machine may ask."""
    if settings.METRICS_TOKEN:
        if not _has_token(request):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    elif not _is_here(request):
        raise Http404
    # it is large, and most web processes are never asked
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(vitals.look(timezone.now())))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    word, _, told = request.headers.get("Authorization", "").partition(" ")
    return word.lower() == "bearer" and constant_time_compare(told.strip(), settings.METRICS_TOKEN)


def _is_here(request: HttpRequest) -> bool:
    """Tell whether this machine asks by itself: no proxy for somebody else, of a studio that has none."""
    public = settings.BEHIND_PROXY or settings.SECURE or any(name in request.META for name in PASSED_ON)
    return not public and is_loopback(request.META.get("REMOTE_ADDR", ""))


class Collector:
    """What was seen, as families of metrics."""

    def __init__(self, seen: Vitals) -> None:
        self.seen = seen

    def collect(self) -> "Iterator[Metric]":
        """Yield every family."""
        yield from self._jobs()
        yield from self._books()
        yield from self._machines()
        yield from _requests()

    def _jobs(self) -> "Iterator[Metric]":
        states = {str(state): 0 for state in sorted(LIVE)} | dict(self.seen.jobs)
        yield _gauge("studio_jobs", "Images that have not ended, by state.", "state", states)
        yield _one("studio_queue_tasks", "Tasks that no worker has taken yet.", self.seen.tasks)
        yield _one(
            "studio_queue_oldest_seconds", "Age of the job that could be sent now.", self.seen.oldest or 0
        )
        classes = dict.fromkeys(("2xx", "402", "429", "4xx", "5xx", "none"), 0) | dict(self.seen.answers)
        said = "Answers of the provider in the last five minutes; none: there was no answer."
        yield _gauge("studio_provider_answers_recent", said, "answer", classes)
        yield _gauge("studio_keys", "API keys, by state.", "state", self.seen.keys)

    def _books(self) -> "Iterator[Metric]":
        yield _one("studio_credits_held", "Credits held for images under way.", self.seen.held)
        yield _one("studio_credits_balance", "Credits of all members.", self.seen.balance)
        yield _one("studio_credits_spent", "Credits spent in all.", self.seen.spent)
        checkup = self.seen.checkup
        found, at = (len(checkup.findings), checkup.at.timestamp()) if checkup else (None, None)
        yield _one("studio_ledger_findings", "What the last self-check of the ledger found.", found)
        yield _one("studio_ledger_checked_timestamp_seconds", "When it was checked last.", at)

    def _machines(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily

        said = "Seconds since a process was heard."
        hearts = GaugeMetricFamily("studio_heartbeat_age_seconds", said, labels=["name", "machine"])
        for heart in self.seen.hearts:
            hearts.add_metric([heart.name, heart.machine], heart.age)
        yield hearts
        yield _one("studio_disk_free_bytes", "Room where pictures are kept.", self.seen.free)
        yield _one("studio_disk_reserve_bytes", "Room below which nothing is sent.", self.seen.reserve)
        backup = self.seen.backup.timestamp() if self.seen.backup else None
        yield _one("studio_backup_timestamp_seconds", "When the last backup was made.", backup)


def _gauge(name: str, said: str, label: str, figures: Mapping[str, float]) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, said, labels=[label])
    for word, figure in figures.items():
        family.add_metric([word], figure)
    return family


def _one(name: str, said: str, figure: float | None) -> "Metric":
    """Return a family of one figure, of none where there is nothing to tell."""
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, said)
    if figure is not None:
        family.add_metric([], figure)
    return family


def _requests() -> "Iterator[Metric]":
    from prometheus_client.core import HistogramMetricFamily

    said = "Seconds to an answer of this web server, by kind of address and class of status."
    family = HistogramMetricFamily("studio_request_seconds", said, labels=["kind", "status"])
    for answers in counting.board.read():
        if total := sum(answers.counts):
            sums = [sum(answers.counts[: n + 1]) for n in range(len(counting.BOUNDS))]
            bounds = [str(bound) for bound in counting.BOUNDS]
            buckets = [*zip(bounds, sums, strict=True), ("+Inf", total)]
            family.add_metric([answers.kind, answers.status], buckets, answers.seconds)
    yield family
