"""Every fault the sandbox knows: its name, where it strikes, its usual value, and a sentence.

The list is the documentation: docs/sandbox.md repeats it and a test keeps the two in step.
A fault is off until it is set for a key over the control endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Stage = Literal["request", "accept", "answer", "job", "image", "header", "switch", "webhook"]

STAGES: dict[Stage, str] = {
    "request": "before anything is done with the request; nothing is accepted or charged",
    "accept": "after the job was accepted; the job is made, runs and is charged",
    "answer": "when the answer is written; what was done stays done",
    "job": "decided when the job is accepted, and kept with it",
    "image": "when the finished picture is fetched",
    "header": "on the X-RateLimit headers of every answer",
    "switch": "a habit of the provider that its documentation leaves open",
    "webhook": "when the job ends and its webhook is written",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One fault.  `value` is what it uses unless told otherwise; None where it takes no value."""

    name: str
    stage: Stage
    value: Any
    sentence: str
    choices: tuple[str, ...] = ()


def _http(status: int, meaning: str) -> Kind:
    return Kind(
        name=f"http_{status}",
        stage="request",
        value=None,
        sentence=f"Answers {status} ({meaning}) and does nothing; retry_after adds that header.",
    )


def _kind(stage: Stage, name: str, sentence: str, value: Any = None, choices: tuple[str, ...] = ()) -> Kind:
    return Kind(name=name, stage=stage, value=value, sentence=sentence, choices=choices)


_FORMS = ("all", "generate", "generateImage", "rest")


_HTTP = (
    _http(400, "bad request"),
    _http(401, "the key is refused"),
    _http(402, "insufficient credits, with what is truly available"),
    _http(403, "forbidden"),
    _http(404, "not found"),
    _http(408, "request time-out"),
    _http(413, "payload too large"),
    _http(429, "rate limited, although it is not"),
    _http(500, "server error"),
    _http(502, "bad gateway"),
    _http(503, "service unavailable"),
    _http(504, "gateway time-out"),
)
_REQUEST = (
    _kind("request", "drop", "Cuts the connection before a byte of the answer; nothing is accepted."),
    _kind("request", "hang", "Never answers; lets go after this many seconds. Nothing is accepted.", 3600),
    _kind(
        "request", "drain", "Sets the account's credits to this number before the request is looked at.", 0
    ),
)
_ACCEPT = (
    _kind("accept", "accept_then_500", "Accepts the job and answers 500."),
    _kind("accept", "accept_then_502", "Accepts the job and answers 502."),
    _kind("accept", "accept_then_503", "Accepts the job and answers 503."),
    _kind("accept", "accept_then_504", "Accepts the job and answers 504."),
    _kind("accept", "accept_then_drop", "Accepts the job and cuts the connection without a byte."),
    _kind("accept", "accept_then_hang", "Accepts the job and never answers, for this many seconds.", 3600),
)
_ANSWER = (
    _kind("answer", "slow_body", "Sends the headers, then waits this many seconds before the body.", 3),
    _kind("answer", "drip", "Sends the body byte by byte with this many seconds between two.", 0.05),
    _kind("answer", "cut_body", "Sends half of the body that the headers promise, then cuts the connection."),
    _kind("answer", "html", "Answers an HTML page where JSON is due, with this HTTP status.", 200),
    _kind("answer", "invalid_json", "Answers a body that breaks off in the middle of its JSON."),
    _kind("answer", "empty_body", "Answers 200 with no body at all."),
    _kind("answer", "json_list", "Answers a JSON list where an object is due."),
    _kind(
        "answer", "missing_fields", "Leaves these fields out of every job in the answer.", ["id", "status"]
    ),
    _kind("answer", "wrong_types", "Gives every field of every job in the answer a value of another type."),
    _kind("answer", "partial_data", "Adds an error to the answer's true data."),
    _kind("answer", "errors_in_200", "Sends every refusal with HTTP status 200 and errors in the body."),
    _kind("answer", "lowercase_key", "Answers GraphQL under generateimage, whatever field was asked."),
)
_JOB = (
    _kind("job", "failed_job", "The job fails with this code when its time is over.", "CONTENT_REFUSED"),
    _kind("job", "stuck_job", "The job stays at processing for ever."),
    _kind("job", "slow_job", "The job takes this many seconds.", 60),
    _kind("job", "queued", "The job says queued in place of processing for the first half of its time."),
    _kind("job", "strange_status", "The job says this in place of processing.", "warming_up"),
    _kind("job", "completed_without_url", "The job completes, is charged, and has no url."),
    _kind(
        "job", "url_elsewhere", "The finished job's url is this one.", "https://elsewhere.invalid/picture.jpg"
    ),
    _kind("job", "wrong_cost", "Reports this creditCost; the charge is right. 'missing' leaves it out.", -5),
    _kind("job", "surge_price", "The job costs this many credits, and is charged so.", 100),
    _kind("job", "price_change", "The job costs this many per cent of the price list.", 150),
    _kind("job", "sync", "Answers the submission with the finished picture."),
)
_IMAGE = (
    _kind("image", "image_truncated", "Sends the first half of the picture, as if it were all."),
    _kind("image", "image_cut", "Promises the whole picture, sends half of it and cuts the connection."),
    _kind("image", "image_heavy", "Sends a picture padded to this many bytes.", 60_000_000),
    _kind(
        "image", "image_bomb", "Sends a small PNG that claims to be this many pixels wide and high.", 30_000
    ),
    _kind("image", "image_endless", "Sends bytes without an end and without a Content-Length."),
    _kind("image", "image_not_an_image", "Sends random bytes called image/jpeg."),
    _kind("image", "image_html", "Sends an HTML page with status 200."),
    _kind("image", "image_svg", "Sends an SVG with a script in it, called image/jpeg."),
    _kind(
        "image", "image_redirect", "Redirects to this address.", "http://169.254.169.254/latest/meta-data/"
    ),
    _kind("image", "image_wrong_size", "Sends the picture at half its width and height."),
    _kind("image", "image_empty", "Sends status 200 and no bytes."),
    _kind("image", "image_slow", "Waits this many seconds between the headers and the picture.", 3),
    _kind("image", "image_expired", "Answers 403 from this many seconds after completion on.", 60),
    _kind("image", "image_404", "Answers 404."),
    _kind("image", "image_503", "Answers 503."),
)
_HEADER = (
    _kind(
        "header",
        "reset_format",
        "X-RateLimit-Reset is written as epoch_ms, delta or iso.",
        "epoch_ms",
        ("epoch_ms", "delta", "iso"),
    ),
    _kind("header", "no_limit_headers", "Leaves the X-RateLimit headers out."),
    _kind("header", "bad_limit_headers", "Fills the X-RateLimit headers with words."),
    _kind("header", "lowered_limit", "Enforces and reports this many requests a minute.", 6),
)
_SWITCH = (
    _kind(
        "switch", "strict", "Each endpoint takes its own key header only, and JSON by its Content-Type only."
    ),
    _kind("switch", "lenient", "An unknown quality is taken for standard in place of being refused."),
    _kind("switch", "balance_off", "There is no call for account or credits."),
    _kind("switch", "introspection_off", "GraphQL does not tell its schema."),
    _kind("switch", "status_graphql_off", "There is no GraphQL field for a job's status."),
    _kind("switch", "status_rest_off", "There is no REST path for a job's status."),
    _kind(
        "switch",
        "webhook_url_refused",
        "webhookUrl is refused by: all, generate, generateImage or rest.",
        "all",
        _FORMS,
    ),
    _kind(
        "switch",
        "webhook_url_ignored",
        "webhookUrl is ignored by: all, generate, generateImage or rest.",
        "all",
        _FORMS,
    ),
    _kind(
        "switch",
        "quality_refused",
        "quality is refused by: all, generate, generateImage or rest.",
        "all",
        _FORMS,
    ),
    _kind(
        "switch",
        "quality_ignored",
        "quality is ignored by: all, generate, generateImage or rest.",
        "all",
        _FORMS,
    ),
    _kind("switch", "charge_at_submit", "Charges when the job is accepted; a job that fails is refunded."),
    _kind("switch", "charge_on_failure", "A job that fails is charged as well."),
    _kind("switch", "gap_is_high", "Sizes between 1024x1024 and 2048x2048 cost as the high range."),
    _kind("switch", "polls_free", "Status calls do not count as requests."),
    _kind("switch", "day_counts_requests", "The daily limit counts requests, not pictures."),
)
_WEBHOOK = (
    _kind("webhook", "webhook_none", "No webhook is sent."),
    _kind("webhook", "webhook_late", "The webhook is sent this many seconds late.", 30),
    _kind("webhook", "webhook_twice", "The webhook is sent twice."),
    _kind("webhook", "webhook_replayed", "The webhook is sent again after this many seconds.", 400),
    _kind(
        "webhook",
        "webhook_out_of_order",
        "Waits until a later webhook of the key went out, this many seconds at most.",
        10,
    ),
    _kind("webhook", "webhook_forged", "A forged webhook with another url and a wrong signature goes first."),
    _kind("webhook", "webhook_unsigned", "The webhook has no signature."),
    _kind("webhook", "webhook_malformed", "The webhook is rightly signed, but its body is no JSON."),
    _kind("webhook", "webhook_extras", "The webhook also has creditCost."),
)

CATALOGUE: dict[str, Kind] = {
    kind.name: kind
    for kind in (*_HTTP, *_REQUEST, *_ACCEPT, *_ANSWER, *_JOB, *_IMAGE, *_HEADER, *_SWITCH, *_WEBHOOK)
}
