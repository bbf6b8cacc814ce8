"""The points that only a purchase shows, by one smallest documented image.

It sends one order; a second one only where the first was refused for a parameter that it names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from studio.doitong import dialects
from studio.doitong.probe.asking import Asker, Finding, Said, finding, judged, mapping
from studio.doitong.values import Order

SIDE = 512  # pixels, the least documented (S28)
COST = "10 to 20 credits"  # as documented for this size
QUALITY = "standard"
MOST_LOOKS = 30
SECONDS_BETWEEN = 4.0
_ONLY_BY_PURCHASE = (
    ("order: webhookUrl", "taken, and echoed where the form answers it (S38, S81)"),
    ("order: quality", f"“{QUALITY}” is taken (S26)"),
    ("order: accepted", "status processing, url null (S40)"),
    ("order: cost at first", "not named before the job ends (S94)"),
    ("order: status words", "queued, processing, completed, failed (S43)"),
    ("order: completed", "completed with a url (S41)"),
    ("order: cost", f"{COST} (S28)"),
)
_NEVER = (
    ("limits: a day", "counts pictures, in UTC days [decided] (S87)"),
    ("price: a failed job", "costs nothing [decided] (S94)"),
    ("price: between the tiers", "20 to 30 credits [decided] (S30)"),
    ("quality: unknown word", "is refused with 400 [decided] (S26)"),
    ("webhook: signature", "HMAC-SHA256 of the raw body, in hex [decided] (S92)"),
)
UNASKED = [finding(point, told, "cannot be asked", good=None) for point, told in _NEVER]


def unbought() -> list[Finding]:
    """The lines of a report without a purchase."""
    return [finding(point, told, "only a purchase shows it", good=None) for point, told in _ONLY_BY_PURCHASE]


def buy(asker: Asker, *, dialect: str, webhook_url: str) -> Iterator[Finding]:
    """Buy one image in this form and tell what was seen until it was done."""
    order = Order(
        prompt="A lighthouse at dusk", width=SIDE, height=SIDE, quality=QUALITY, webhook_url=webhook_url
    )
    refused: dict[str, Said] = {}
    said = asker.ask(dialects.create(order, dialect))
    while said.refused and (name := _named(said, order)):
        refused[name] = said
        order = _without(order, name)
        said = asker.ask(dialects.create(order, dialect))
    job = next((mapping(value) for value in said.data.values()), {})
    told = dict(_ONLY_BY_PURCHASE)
    yield _webhook(told["order: webhookUrl"], refused.get("webhookUrl"), job, webhook_url)
    taken = refused.get("quality", said)
    yield judged("order: quality", told["order: quality"], taken, good="quality" not in refused)
    waiting = job.get("status") in ("processing", "queued") and job.get("url") is None
    yield judged("order: accepted", told["order: accepted"], said, good=waiting)
    first = job.get("creditCost")
    yield finding(
        "order: cost at first", told["order: cost at first"], repr(first), good=_if(job, first is None)
    )
    yield from _ending(asker, job, dialect, told)


def _named(said: Said, order: Order) -> str | None:
    """The optional parameter that a refusal names, if the order has it."""
    fields = " ".join(str(mapping(error.get("extensions")).get("field", "")) for error in said.errors)
    words = f"{said.message} {fields}"
    given = {"webhookUrl": order.webhook_url, "quality": order.quality}
    return next((name for name, value in given.items() if value and name in words), None)


def _without(order: Order, name: str) -> Order:
    return replace(order, webhook_url=None) if name == "webhookUrl" else replace(order, quality=None)


def _webhook(expected: str, refused: Said | None, job: Mapping[str, object], wanted: str) -> Finding:
    if refused:
        return judged("order: webhookUrl", expected, refused, good=False)
    if "webhookUrl" not in job:
        return finding("order: webhookUrl", expected, "not refused; this form does not echo it", good=None)
    echoed = job["webhookUrl"] == wanted
    return finding("order: webhookUrl", expected, "echoed" if echoed else "ignored", good=echoed)


def _ending(
    asker: Asker, job: Mapping[str, object], dialect: str, told: Mapping[str, str]
) -> Iterator[Finding]:
    words, last = [str(job.get("status"))], job
    for _ in range(MOST_LOOKS if isinstance(job.get("id"), str) else 0):
        if last.get("status") in ("completed", "failed"):
            break
        asker.pause(SECONDS_BETWEEN)
        last = _looked(asker, str(job["id"]), dialect) or last
        words.append(str(last.get("status")))
    known = set(words) <= {"queued", "processing", "completed", "failed"}
    seen = " → ".join(dict.fromkeys(words))
    done = last.get("status") == "completed"
    yield finding("order: status words", told["order: status words"], seen, good=_if(job, known))
    good = _if(job, bool(last.get("url"))) if done else None
    yield finding("order: completed", told["order: completed"], str(last.get("url") or seen), good=good)
    cost = last.get("creditCost")
    fair = isinstance(cost, int) and 10 <= cost <= 20
    yield finding("order: cost", told["order: cost"], repr(cost), good=fair if done else None)


def _looked(asker: Asker, remote_id: str, dialect: str) -> Mapping[str, object]:
    call = dialects.status(remote_id) if dialect == "rest" else dialects.statuses([remote_id])
    return next((mapping(value) for value in asker.ask(call).data.values()), {})


def _if(job: Mapping[str, object], good: bool) -> bool | None:
    return good if job else None
