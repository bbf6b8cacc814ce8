"""A hundred real prompts, from a person's form to a hundred pictures, and books that agree to the credit.

Real processes speak to each other over HTTP; what came of it is held against what the provider wrote down.
"""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.house import House, running
from tests.journeys.records import check_ledger, held, rows, settled, wait_until_priced
from tests.visitor import Books, Visitor

PROMPTS = Path(__file__).parents[1] / "data" / "hundred_prompts.txt"
IMAGES = """
    SELECT j.prompt, j.state, j.cost, j.remote_id, i.sha256, i.original, i.width, i.height, i.bytes, i.token
    FROM generation_job j LEFT JOIN generation_image i ON i.job_id = j.id
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Run a studio in which nothing was made before."""
    with running(tmp_path / "data") as house:
        yield house


def prompts() -> list[str]:
    lines = PROMPTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.mark.xdist_group("house")
def test_a_hundred_prompts_become_a_hundred_pictures_and_the_books_agree(house: House) -> None:
    """LED-02: what members were charged is what the provider wrote down."""
    wanted = prompts()
    with Visitor(house) as designer, Visitor(house) as reviewer:
        people = [designer.sign_in("designer"), reviewer.sign_in("reviewer")]
        for number, prompt in enumerate(wanted):
            people[number % 2].generate(prompt)
        for person in people:
            person.wait_until_quiet()
    wait_until_priced(house)

    books = Books(house)
    bought = {job["id"]: job for job in books.jobs()}
    made = rows(house, IMAGES)
    assert sorted(image["prompt"] for image in made) == sorted(wanted)
    assert {image["state"] for image in made} == {"done"}
    assert {image["remote_id"] for image in made} == set(bought)  # each bought once, none unasked
    for image in made:
        assert image["prompt"] == bought[image["remote_id"]]["prompt"]
        assert image["cost"] == bought[image["remote_id"]]["cost"]
        see_the_picture(house, image)
    assert settled(house) == books.charged() > 0
    assert held(house) == 0
    assert "0 open holds of 0 credits" in check_ledger(house)


def see_the_picture(house: House, image: dict[str, object]) -> None:
    """Hold the file on disk, the row, the provider's own file and the rendition against each other."""
    file = house.data / "originals" / str(image["original"])
    data = file.read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (image["bytes"], image["sha256"])
    sent = io.BytesIO(httpx.get(f"{house.sandbox_url}/outputs/{image['remote_id']}.jpg").content)
    with (
        Image.open(file) as picture,
        Image.open(sent) as original,
    ):  # what is no picture was taken out (IMG-07)
        assert picture.tobytes() == original.tobytes()
        assert picture.size == (image["width"], image["height"]) == (512, 512)
    assert (
        httpx.get(f"{house.url}/pictures/{image['token']}/512.webp").headers["content-type"] == "image/webp"
    )
