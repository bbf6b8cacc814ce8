"""Pictures: real JPEGs, always the same for a job, never the same for two (S41, S91)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from studio.sandbox.painter import Commission, paint
from tests.studio.sandbox.desk import Desk
from tests.studio.sandbox.process import Running, until


def commission(**changed: object) -> Commission:
    known = {
        "prompt": "a red dune",
        "number": 7,
        "width": 96,
        "height": 64,
        "quality": "draft",
        "fast": False,
    }
    return Commission(**{**known, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("fast", [True, False])
def test_the_same_job_gives_the_same_picture(fast: bool) -> None:
    assert paint(commission(fast=fast)) == paint(commission(fast=fast))


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("changed", [{"number": 8}, {"prompt": "a blue lake"}, {"quality": "high"}])
def test_any_other_job_gives_another_picture(fast: bool, changed: dict[str, object]) -> None:
    first, second = (Image.open(io.BytesIO(paint(commission(fast=fast, **more)))) for more in ({}, changed))
    assert first.tobytes() != second.tobytes()


@pytest.mark.parametrize("size", [(64, 64), (1920, 1080), (333, 77), (2048, 2048)])
def test_the_picture_has_its_true_size(desk: Desk, size: tuple[int, int]) -> None:
    url = desk.done(width=size[0], height=size[1])["url"]
    answer = desk.http.get(url)
    assert answer.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", size)


def test_large_fast_pictures_differ_too() -> None:
    made = {paint(commission(fast=True, width=2048, height=2048, number=number)) for number in range(12)}
    assert len(made) == 12


def test_one_prompt_twice_gives_two_pictures(desk: Desk) -> None:
    urls = [desk.done(prompt="a red dune")["url"] for _ in range(2)]
    first, second = (desk.http.get(url).content for url in urls)
    assert first != second
    assert desk.http.get(urls[0]).content == first


def test_a_painting_process_paints_the_very_same(folder: Path) -> None:
    running = Running(folder, "--latency", "instant")
    order = {"service": "flux-krea", "prompt": "a red dune", "width": 96, "height": 64, "quality": "draft"}
    headers = {"X-API-Key": "sbx_enterprise"}
    made = running.http.post("/v1/text_to_image", json=order, headers=headers).json()["data"]["generateimage"]
    until(lambda: running.http.get(f"/outputs/{made['id']}.jpg").status_code == 200)
    picture = running.http.get(f"/outputs/{made['id']}.jpg").content
    assert running.stop() == 0
    assert picture == paint(commission(number=1))


def test_there_is_no_picture_before_its_time(desk: Desk) -> None:
    job_id = desk.job()
    assert desk.http.get(f"/outputs/{job_id}.jpg").status_code == 404
    desk.clock.forward(5)
    assert desk.http.get(f"/outputs/{job_id}.jpg").status_code == 200
    assert desk.http.head(f"/outputs/{job_id}.jpg").status_code == 200
    assert desk.http.post(f"/outputs/{job_id}.jpg").status_code == 405
    assert desk.http.get("/outputs/none.jpg").status_code == 404
    assert desk.http.get(f"/outputs/{job_id}.png").status_code == 404


def test_pictures_are_no_requests_of_the_api(desk: Desk) -> None:
    url = desk.done()["url"]
    answer = desk.http.get(url)
    assert "x-ratelimit-limit" not in answer.headers
    assert desk.get("/v1/credits").headers["X-RateLimit-Remaining"] == "57"  # order, status and this
