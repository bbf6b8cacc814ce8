"""A team that outgrew one machine's file: the same studio on PostgreSQL, its queue on Redis."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house import ROOT, environment, running
from tests.visitor import Books, Visitor

CHECK_WITHIN = 60.0  # seconds


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.xdist_group("house")
def test_the_same_studio_runs_on_postgresql_and_redis(
    tmp_path: Path, own_postgres_url: str, redis_url: str
) -> None:
    elsewhere = {"DATABASE_URL": own_postgres_url, "REDIS_URL": redis_url, "STUDIO_DEMO_GALLERY": "0"}
    with running(tmp_path / "data", **elsewhere) as house:
        with Visitor(house) as person:
            run = person.sign_in("designer").generate("a {red|blue} {dune|sea} at dawn")
            person.wait_until_quiet()
            assert person.states_of(run) == ["done"] * 4
            assert len(person.images_of(run)) == 4
            assert person.http.get(person.images_of(run)[0]).is_success
        assert len(Books(house).jobs()) == 4
        assert not (house.data / "studio.sqlite3").exists()
        end = time.monotonic() + CHECK_WITHIN
        while "0 open holds of 0 credits" not in (
            said := _ledger({"STUDIO_DATA": str(house.data), **elsewhere})
        ):
            assert time.monotonic() < end, said  # prices that no webhook names are asked for a little later


def _ledger(more: dict[str, str]) -> str:
    """Return what the check of the ledger says; it must be exact."""
    check = subprocess.run(
        [sys.executable, "manage.py", "check_ledger"],
        cwd=ROOT,
        env=environment(Path(more["STUDIO_DATA"]), **more),
        capture_output=True,
        text=True,
        timeout=CHECK_WITHIN,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr
    return check.stdout
