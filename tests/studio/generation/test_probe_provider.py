"""`manage.py probe_provider` reports point by point, buys nothing by itself, and shows no key (S93)."""

import io
import json
import sys
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from tests.conftest import MakeMember
from tests.studio.generation.world import BASE, World, give_key, start


def probe(world: World, settings: Settings, *words: str, pauses: list[float] | None = None) -> str:
    """Run the command against the world's sandbox; return what it wrote to stdout."""
    settings.DOITONG_URL = BASE
    said, waited = io.StringIO(), [] if pauses is None else pauses

    def pause(seconds: float) -> None:
        waited.append(seconds)
        world.clock.ahead += seconds

    http = httpx.Client(transport=httpx.WSGITransport(app=world.sandbox))
    call_command("probe_provider", *words, http=http, pause=pause, stdout=said, stderr=io.StringIO())
    return said.getvalue()


def report(*given: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(probe(*given, "--json"))
    return read


def verdicts(read: dict[str, Any], verdict: str) -> set[str]:
    return {one["point"] for one in read["findings"] if one["verdict"] == verdict}


def test_a_faithful_provider_differs_nowhere_and_nothing_is_bought(
    world: World, designer: Member, settings: Settings
) -> None:
    start(designer)
    world.finish()
    before = world.charged()
    read = report(world, settings)
    assert verdicts(read, "differs") == set()
    assert {"status: REST", "job: url", "job: creditCost"} <= verdicts(read, "ok")
    assert {"order: accepted", "order: cost"} <= verdicts(read, "unknown")
    assert (read["provider"], read["requests"]) == (BASE, 17)
    assert world.charged() == before


def test_a_switch_shows_in_its_line(world: World, designer: Member, settings: Settings) -> None:
    world.fault("reset_format", value="iso")
    table = probe(world, settings)
    (line,) = [line for line in table.splitlines() if "unit of Reset" in line]
    assert line.startswith("DIFFERS")
    assert "ISO 8601" in line
    assert "1 DIFFERS" in table.splitlines()[-1]


def test_it_says_what_buying_costs_before_it_buys(
    world: World, designer: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "--buy would buy one 512×512 image: 10 to 20 credits" in probe(world, settings)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(CommandError, match="Say --yes to buy"):
        probe(world, settings, "--buy")
    assert world.submissions() == 0
    assert "10 to 20 credits. The ledger does not book it." in probe(world, settings, "--buy", "--yes")
    assert world.submissions() == 1


@pytest.mark.parametrize(("answer", "bought"), [("y", 1), ("n", 0), ("", 0)])
def test_a_person_is_asked_before_it_buys(
    world: World,
    designer: Member,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    bought: int,
) -> None:
    terminal = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    if bought:
        probe(world, settings, "--buy")
    else:
        with pytest.raises(CommandError, match=r"Nothing was bought\."):
            probe(world, settings, "--buy")
    assert world.submissions() == bought


@pytest.mark.parametrize("words", [(), ("--json",), ("--buy", "--yes")])
def test_the_key_is_never_printed(
    world: World, designer: Member, settings: Settings, words: tuple[str, ...]
) -> None:
    world.fault("http_401", on="any")
    assert "sbx_" not in probe(world, settings, *words)


def test_it_speaks_under_the_key_that_is_named(world: World, member: MakeMember, settings: Settings) -> None:
    owner = member("owner")
    with pytest.raises(CommandError, match="the team has no key in use"):
        probe(world, settings)
    with pytest.raises(CommandError, match="no member of that address"):
        probe(world, settings, "--member", "nobody@example.com")
    with pytest.raises(CommandError, match="this member has no key"):
        probe(world, settings, "--member", owner.email)
    give_key(world, owner, "sbx_pro", own=True)
    table = probe(world, settings, "--member", owner.email)
    assert f"with the key of {owner}" in table
    assert world.summary("sbx_pro")["requests"] >= 16
