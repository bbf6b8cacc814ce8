"""What the tests of the ledger share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests import lent
from tests.databases import new_database
from tests.house import environment
from tests.studio.credits.course import Course

ON_SQLITE = pytest.param("sqlite", marks=pytest.mark.xdist_group("races on sqlite"))
ON_POSTGRES = pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.xdist_group("races")])


@pytest.fixture(scope="module", params=[ON_SQLITE, ON_POSTGRES])
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Have a migrated database of its own on either; the races of a database stay on one xdist worker."""
    data = tmp_path_factory.mktemp("race")
    if request.param == "sqlite":
        lent.lend_file(data, environment)
        with closing(Course(data)) as found:
            yield found
        return
    server = request.getfixturevalue("postgres_url")
    with (
        new_database(server, template=lent.template(server, environment)) as url,
        closing(Course(data, url)) as found,
    ):
        yield found


@pytest.fixture(autouse=True)
def _static_root(settings: Settings) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
