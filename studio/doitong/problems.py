"""Which error an answer is. Pure: HTTP status first, then the words of the provider's codes (S53, S88).

Errors come with the status that fits them, or with 200 and `errors` (S89), or as a page of HTML from
something in between. Only INSUFFICIENT_CREDITS is documented as a code; the others are [decided].
"""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.doitong.errors import (
    Ambiguous,
    BadAnswer,
    DoitongError,
    InsufficientCredits,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
)
from studio.doitong.reading import count
from studio.doitong.scrub import Scrubber
from studio.doitong.values import Exchange

BY_STATUS: Mapping[int, type[DoitongError]] = {
    401: Unauthorized,
    402: InsufficientCredits,
    429: RateLimited,
    500: ServerError,
    503: ServerError,
}
BY_WORD: tuple[tuple[str, type[DoitongError]], ...] = (
    ("INSUFFICIENT", InsufficientCredits),
    ("UNAUTH", Unauthorized),
    ("INVALID_API_KEY", Unauthorized),
    ("RATE", RateLimited),
    ("TOO_MANY", RateLimited),
    ("BAD_", Refused),
    ("VALIDATION", Refused),
    ("GRAPHQL_", Refused),
    ("INTERNAL", ServerError),
    ("SERVER", ServerError),
    ("SERVICE_UNAVAILABLE", ServerError),
    ("TIMEOUT", Ambiguous),
    ("GATEWAY", Ambiguous),
)
_MEANT_BY_4XX = (InsufficientCredits, Unauthorized, RateLimited)
_SENTENCES: Mapping[type[DoitongError], str] = {
    Refused: "Doitong refused the request",
    Unauthorized: "Doitong refused the API key",
    InsufficientCredits: "There are not enough credits at Doitong",
    RateLimited: "Doitong asks to wait: the key has made too many requests",
    ServerError: "Doitong had an error of its own and asks to try again",
    Ambiguous: "Doitong's answer was lost on the way, so it is not known what became of the request",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One entry of `errors`. `alias` is the field of the query that it is about, if it says so."""

    code: str | None
    message: str | None
    alias: str | None
    required: int | None
    available: int | None


def read_problems(document: Mapping[str, object] | None, scrubber: Scrubber) -> tuple[Problem, ...]:
    """The entries of `errors`, or of a lone `error`; () where there is none."""
    if document is None:
        return ()
    lone = None if {"data", "id"} & document.keys() else document.get("error")
    said = document.get("errors") or lone or []
    entries = said if isinstance(said, list) else [said]
    return tuple(_problem(entry, scrubber) for entry in entries[:100])


def classify(exchange: Exchange, problems: tuple[Problem, ...], *, executed: bool) -> DoitongError | None:
    """The error that this answer is, or None for a good one.

    `executed`: whether the answer has a `data` entry, which a GraphQL server leaves out when it
    refused the request before it did anything.
    """
    status = exchange.status or 0
    if 200 <= status < 300:
        return _error(_kind_of_errors(problems, executed), exchange, problems) if problems else None
    if status < 400:
        return BadAnswer(
            f"Doitong answered with status {status}, which means nothing here.", exchange=exchange
        )
    return _error(_kind_of_status(status, problems), exchange, problems)


def _kind_of_status(status: int, problems: tuple[Problem, ...]) -> type[DoitongError]:
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= 500:  # 502, 504 and what is not documented: S82 allows no other try
        return Ambiguous
    word = _kind_of_words(problems)
    return word if word in _MEANT_BY_4XX else Refused


def _kind_of_errors(problems: tuple[Problem, ...], executed: bool) -> type[DoitongError]:
    word = _kind_of_words(problems)
    if word is not None:
        return word
    # A code of its own is the provider's considered "no" (S88); a bare error after the work began is not.
    considered = any(problem.code for problem in problems)
    return Refused if considered or not executed else Ambiguous


def _kind_of_words(problems: tuple[Problem, ...]) -> type[DoitongError] | None:
    for problem in problems:
        code = (problem.code or "").upper()
        for word, kind in BY_WORD:
            if code.startswith(word):
                return kind
    return None


def _error(kind: type[DoitongError], exchange: Exchange, problems: tuple[Problem, ...]) -> DoitongError:
    first = problems[0] if problems else _NOTHING
    sentence = _sentence(kind, first)
    if kind is InsufficientCredits:
        return InsufficientCredits(
            sentence,
            exchange=exchange,
            code=first.code,
            message=first.message,
            required=first.required,
            available=first.available,
        )
    return kind(sentence, exchange=exchange, code=first.code, message=first.message)


def _sentence(kind: type[DoitongError], problem: Problem) -> str:
    sentence = _SENTENCES[kind]
    if kind is InsufficientCredits and problem.required is not None and problem.available is not None:
        return f"{sentence}: it needs {problem.required}, and has {problem.available}."
    return f"{sentence}: “{problem.message}”" if problem.message else f"{sentence}."


def _problem(entry: object, scrubber: Scrubber) -> Problem:
    if not isinstance(entry, dict):
        return Problem(code=None, message=scrubber.message(entry), alias=None, required=None, available=None)
    said = entry.get("extensions")
    extensions = said if isinstance(said, dict) else {}
    path = entry.get("path")
    alias = path[0] if isinstance(path, list) and path and isinstance(path[0], str) else None
    return Problem(
        code=scrubber.message(extensions.get("code") or entry.get("code")),
        message=scrubber.message(entry.get("message")),
        alias=alias,
        required=count(extensions.get("creditsRequired")),
        available=count(extensions.get("creditsAvailable")),
    )


_NOTHING = Problem(code=None, message=None, alias=None, required=None, available=None)
