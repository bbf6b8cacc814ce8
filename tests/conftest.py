"""What every test has: no way out of this machine, files of its own, members, signed-in clients, a house.

A test that needs something from outside says so with a marker (`browser`,
`postgres`, `redis`) and is skipped where it is missing; with REQUIRE_ALL=1
every skip is a failure.
"""

import itertools
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from tests import network, outside
from tests.house import House, running

if TYPE_CHECKING:
    from studio.accounts.models import Member

pytest_plugins = ["tests.databases"]
network.watch()
# How long an example took says how busy the machine is: speed is measured by the benchmarks.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


class MakeMember(Protocol):
    """Makes a member of a role; unless told otherwise, with a name and an address of the role."""

    def __call__(self, role: str = "designer", *, name: str = "", email: str = "") -> "Member": ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a running house on one worker: two houses at once are slower than one."""
    for item in items:
        if "running_studio" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("house"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not here."""
    for program in outside.PROGRAMS:
        if item.get_closest_marker(program.marker) and program.find() is None:
            pytest.skip(f"{program.name} is not here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the report beside the test, for fixtures that act on a failure; let no skip pass REQUIRE_ALL."""
    report = yield
    if report.skipped and outside.require_all() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL: skipped ({report.longrepr})"
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


REPORTS = pytest.StashKey[dict[str | None, pytest.TestReport]]()


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    network.refused.clear()
    yield
    assert network.refused == [], "a test tried to reach beyond this machine"


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """Return the folder that stands for STUDIO_DATA in this test; pictures and originals lie in it."""
    data = tmp_path_factory.mktemp("data")
    for name in ("PICTURES", "ORIGINALS"):
        folder = data / name.lower()
        folder.mkdir()
        setattr(settings, name, folder)
    return data


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    """Let no test be told how long the jobs of another took, or what was spent: a process keeps that."""
    from studio.credits import closed  # the apps are ready only by now
    from studio.generation import durations

    durations.forget()
    closed.forget()


@pytest.fixture
def member(db: None) -> MakeMember:
    """Return a maker of members: `member("reviewer")`. None of them has a password."""
    from studio.accounts.models import Member  # the apps are ready only by now

    numbers = itertools.count(1)

    def make(role: str = "designer", *, name: str = "", email: str = "") -> "Member":
        number = next(numbers)
        name = name or f"{role.replace('_', ' ').title()} {number}"
        return Member.objects.create_user(
            email=email or f"{role}-{number}@studio.example", name=name, role=role
        )

    return make


@pytest.fixture
def signed_in(client_factory: Callable[[], Client]) -> Callable[["Member"], Client]:
    """Return a maker of clients: `signed_in(member)` is a browser in which the member is signed in."""

    def sign_in(person: "Member") -> Client:
        client = client_factory()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def client_factory() -> Callable[[], Client]:
    """Return a maker of browsers in which nobody is signed in."""
    return Client


@pytest.fixture(scope="session")
def running_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run a whole studio with its sandbox for the tests of this worker that want one."""
    with running(tmp_path_factory.mktemp("house") / "data") as house:
        yield house
