"""What the tests of the ledger share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.databases import new_database
from tests.studio.credits.course import Course


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    data = tmp_path_factory.mktemp("race")
    if request.param == "sqlite":
        yield Course(f"sqlite:///{data}/race.sqlite3", data)
        return
    with new_database(request.getfixturevalue("postgres_url")) as url:
        yield Course(url, data)


@pytest.fixture(autouse=True)
def _static_root(settings: Settings) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
