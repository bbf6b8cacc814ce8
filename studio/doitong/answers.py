"""From an answer that was heard to the value that was asked for, or to the error that it is. Pure.

HTTP status and `errors` are looked at first, with one exception: a job's id in a good answer counts
even beside errors (S89), since to lose the id would lose what was bought.
"""

from collections.abc import Mapping
from dataclasses import replace

from studio.doitong.document import Document
from studio.doitong.errors import BadAnswer, DoitongError, Refused
from studio.doitong.problems import Problem, classify, read_problems
from studio.doitong.reading import find_job, read_account, read_generation
from studio.doitong.scrub import Scrubber
from studio.doitong.values import Account, Generation
from studio.doitong.wire import Heard


def created(heard: Heard, scrubber: Scrubber) -> Generation:
    """The new job. Raises what the answer is instead; `BadAnswer` where it names no job."""
    generation = _generation(heard, scrubber)
    if generation is not None:
        return generation
    good(heard, scrubber)
    raise _bad(heard, "it names no job")


def looked(heard: Heard, aliases: Mapping[str, str], scrubber: Scrubber) -> dict[str, Generation]:
    """The jobs of one aliased answer, by id. `aliases` tells under which alias each was asked for.

    An error about one alias is about one job, which is then absent; what is about all of them is
    raised, unless the answer tells of some job all the same.
    """
    data = (heard.document or {}).get("data")
    jobs = data if isinstance(data, dict) and _is_good(heard) else {}
    told = {remote_id: _read(jobs.get(alias), scrubber) for remote_id, alias in aliases.items()}
    found = {remote_id: job for remote_id, job in told.items() if job and job.remote_id == remote_id}
    if not found:
        _raise_unless_each_has_its_own(heard, scrubber)
    return found


def looked_at_one(heard: Heard, remote_id: str, scrubber: Scrubber) -> Generation | None:
    """The one job of a REST answer; None where the provider does not know it or names another."""
    generation = _generation(heard, scrubber)
    if generation is not None:
        return generation if generation.remote_id == remote_id else None
    if heard.exchange.status != 404:
        good(heard, scrubber)
    return None


def account(heard: Heard, scrubber: Scrubber) -> Account | None:
    """Plan and balance, or None where a good answer tells neither."""
    return read_account(good(heard, scrubber), scrubber)


def good(heard: Heard, scrubber: Scrubber) -> Document:
    """The document of an answer that is no error. Raises the error that it is."""
    error = _error(heard, _problems(heard, scrubber))
    if error is not None:
        raise error
    if heard.document is None:
        raise _bad(heard, heard.fault or "it is empty")
    return heard.document


def _raise_unless_each_has_its_own(heard: Heard, scrubber: Scrubber) -> None:
    problems = _problems(heard, scrubber)
    error = _error(heard, problems)
    if isinstance(error, Refused) and all(problem.alias for problem in problems) and problems:
        return
    document = good(heard, scrubber)
    if not isinstance(document.get("data"), dict):
        raise _bad(heard, "it has no data")


def _generation(heard: Heard, scrubber: Scrubber) -> Generation | None:
    document = heard.document
    if document is None or not _is_good(heard):
        return None
    generation = _read(find_job(document), scrubber)
    if generation is not None and document.get("errors"):
        return replace(generation, anomalies=(*generation.anomalies, "errors_beside_data"))
    return generation


def _read(job: object, scrubber: Scrubber) -> Generation | None:
    return read_generation(job, scrubber) if isinstance(job, dict) else None


def _is_good(heard: Heard) -> bool:
    return 200 <= (heard.exchange.status or 0) < 300


def _problems(heard: Heard, scrubber: Scrubber) -> tuple[Problem, ...]:
    return read_problems(heard.document, scrubber)


def _error(heard: Heard, problems: tuple[Problem, ...]) -> DoitongError | None:
    return classify(heard.exchange, problems, executed="data" in (heard.document or {}))


def _bad(heard: Heard, fault: str) -> BadAnswer:
    return BadAnswer(f"Doitong's answer cannot be used: {fault}.", exchange=heard.exchange)
