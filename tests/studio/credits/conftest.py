"""What the tests of the ledger share."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.studio.credits.course import Course


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    data = tmp_path_factory.mktemp("race")
    url = f"sqlite:///{data}/race.sqlite3"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    return Course(url, data)


@pytest.fixture(autouse=True)
def _static_root(settings: Settings) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
