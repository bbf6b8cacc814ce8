"""Over real HTTP: what a WSGI call cannot show."""

from __future__ import annotations

import http.client
import io
import signal
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from studio.sandbox.hooks import sign
from tests.studio.sandbox.process import CONTROL, ROOT, Running, until
from tests.studio.sandbox.receiver import Receiver

ORDER = {"service": "flux-krea", "prompt": "a dune", "width": 256, "height": 256}


def key_for(real: Running, name: str, **changed: Any) -> dict[str, str]:
    """The header of a key of this test's own."""
    key = f"sbx_{name}"
    made = real.http.post(
        "/control/keys", json={"key": key, "plan": "enterprise", "credits": 9_999}, headers=CONTROL
    )
    assert made.status_code == 200
    if changed:
        real.http.put(f"/control/keys/{key}", json=changed, headers=CONTROL)
    return {"X-API-Key": key}


def fault(real: Running, headers: dict[str, str], name: str, **setting: Any) -> None:
    path = f"/control/keys/{headers['X-API-Key']}/faults"
    answer = real.http.put(path, json={"faults": [{"name": name, **setting}]}, headers=CONTROL)
    assert answer.status_code == 200, answer.text


def submit(real: Running, headers: dict[str, str], **body: Any) -> httpx.Response:
    return real.http.post("/v1/text_to_image", json={**ORDER, **body}, headers=headers)


def jobs_of(real: Running, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = real.http.get(f"/control/jobs?key={headers['X-API-Key']}", headers=CONTROL)
    rows: list[dict[str, Any]] = answer.json()["jobs"]
    return rows


def test_it_prints_its_keys_and_where_it_listens(real: Running) -> None:
    printed = "".join(real.printed)
    for key in ("sbx_free", "sbx_starter", "sbx_starter_b", "sbx_pro", "sbx_enterprise", "sbx_broke"):
        assert key in printed
    assert real.printed[-1] == f"listening on {real.url}\n"


def test_a_job_completes_and_its_picture_is_there_without_anybody_asking(real: Running) -> None:
    headers = key_for(real, "unasked")
    job_id = submit(real, headers).json()["data"]["generateimage"]["id"]
    until(lambda: jobs_of(real, headers)[0]["status"] == "completed")
    said = real.http.get(f"/v1/text_to_image/{job_id}", headers=headers).json()["data"]["generateimage"]
    assert said["url"] == f"{real.url}/outputs/{job_id}.jpg"
    assert real.http.get(said["url"]).content.startswith(b"\xff\xd8")


def test_a_connection_is_kept(real: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", real.port, timeout=10)
    connection.connect()
    first = connection.sock
    for path in ("/healthz", "/nowhere", "/healthz"):
        connection.request("GET", path)
        connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_a_caller_who_is_slow_with_his_first_byte_holds_up_nobody(real: Running) -> None:
    slow = [socket.create_connection(("127.0.0.1", real.port)) for _ in range(20)]
    slow.append(socket.create_connection(("127.0.0.1", real.port)))
    slow[-1].sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert real.http.get("/healthz", timeout=5).status_code == 200
    for connection in slow:
        connection.close()


def test_a_body_that_is_too_large_is_answered(real: Running) -> None:
    headers = key_for(real, "large")
    for size in (70_000, 3_000_000):
        answer = real.http.post("/graphql", content=b"x" * size, headers=headers)
        assert answer.status_code == 400
        assert real.http.get("/healthz").status_code == 200
    chunked = real.http.post("/graphql", content=iter([b"{}", b" " * 10]), headers=headers)
    assert chunked.status_code == 400
    assert real.http.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/graphql", "/v1/text_to_image", "/control/reset"])
@pytest.mark.parametrize("length", ["²", "1_0", "9" * 5000], ids=["superscript", "underscore", "endless"])
def test_a_length_that_is_no_number_is_answered(real: Running, path: str, length: str) -> None:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "X-API-Key: sbx_pro",
        "X-Sandbox-Control: test",
        f"Content-Length: {length}",
    ]
    with socket.create_connection(("127.0.0.1", real.http.base_url.port or 0), timeout=10) as caller:
        caller.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        assert caller.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_drop_cuts_the_connection_before_anything_is_done(real: Running) -> None:
    headers = key_for(real, "drop")
    fault(real, headers, "drop", count=1)
    with pytest.raises(httpx.TransportError):
        submit(real, headers)
    assert jobs_of(real, headers) == []
    assert submit(real, headers).status_code == 200


def test_accept_then_drop_leaves_a_job_behind(real: Running) -> None:
    headers = key_for(real, "accept_drop")
    fault(real, headers, "accept_then_drop")
    with pytest.raises(httpx.TransportError):
        submit(real, headers)
    until(lambda: jobs_of(real, headers)[0]["status"] == "completed")


def test_hang_never_answers(real: Running) -> None:
    headers = key_for(real, "hang")
    fault(real, headers, "hang")
    with pytest.raises(httpx.ReadTimeout):
        real.http.post("/v1/text_to_image", json=ORDER, headers=headers, timeout=0.5)
    assert jobs_of(real, headers) == []


def test_slow_body_and_drip_take_their_time(real: Running) -> None:
    headers = key_for(real, "slow")
    for name, value, least in (("slow_body", 0.3, 0.3), ("drip", 0.002, 0.1)):
        fault(real, headers, name, value=value)
        begun = time.monotonic()
        with real.http.stream("POST", "/v1/text_to_image", json=ORDER, headers=headers) as answer:
            headers_after = time.monotonic() - begun
            assert b"generateimage" in answer.read()
        whole_after = time.monotonic() - begun
        assert whole_after >= least
        assert whole_after - headers_after >= least / 2


def test_cut_body_breaks_off(real: Running) -> None:
    headers = key_for(real, "cut")
    fault(real, headers, "cut_body")
    with pytest.raises(httpx.TransportError):
        submit(real, headers)


def test_sync_answers_after_the_delay(real: Running) -> None:
    headers = key_for(real, "sync", latency="0.4")
    fault(real, headers, "sync")
    begun = time.monotonic()
    said = submit(real, headers).json()["data"]["generateimage"]
    assert time.monotonic() - begun >= 0.4
    assert said["status"] == "completed"
    assert real.http.get(said["url"]).status_code == 200


def test_an_endless_picture_has_no_end(real: Running) -> None:
    headers = key_for(real, "endless")
    job_id = submit(real, headers).json()["data"]["generateimage"]["id"]
    until(lambda: jobs_of(real, headers)[0]["status"] == "completed")
    fault(real, headers, "image_endless")
    read = 0
    with real.http.stream("GET", f"/outputs/{job_id}.jpg") as answer:
        assert "Content-Length" not in answer.headers
        for piece in answer.iter_raw():
            read += len(piece)
            if read > 3_000_000:
                break
    assert real.http.get("/healthz").status_code == 200


def test_at_once_means_at_once_for_many_callers(real: Running) -> None:
    headers = key_for(real, "many", jobs_at_once=3, latency="30")
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: submit(real, headers).status_code, range(12)))
    assert sorted(statuses) == [200] * 3 + [429] * 9


def test_the_minute_holds_for_many_callers(real: Running) -> None:
    headers = key_for(real, "minute", requests_per_minute=7)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: real.http.get("/v1/credits", headers=headers), range(24)))
    good = [answer for answer in answers if answer.status_code == 200]
    assert sorted(int(answer.headers["X-RateLimit-Remaining"]) for answer in good) == list(range(7))


def test_a_signed_webhook_arrives_within_a_second_of_completion(real: Running) -> None:
    headers = key_for(real, "hook", webhook_secret="s3cret")
    with Receiver() as receiver:
        submit(real, headers, webhookUrl=receiver.url)
        until(lambda: len(receiver.came) == 1)
    at, body, signature = receiver.came[0]
    assert signature == sign("s3cret", body)
    assert at - jobs_of(real, headers)[0]["completed_at"] < 1


@pytest.mark.parametrize("latency", ["instant", "0.05", "0.01-0.1"])
def test_webhooks_leave_when_a_job_ends_and_not_at_the_stroke_of_a_timer(real: Running, latency: str) -> None:
    headers = key_for(real, f"prompt_{latency.replace('.', '_').replace('-', '_')}", latency=latency)
    with Receiver() as receiver:
        for done in range(20):
            submit(real, headers, webhookUrl=receiver.url)
            until(lambda: len(receiver.came) > done)  # noqa: B023 - it is over before the next turn
    ended = {job["id"]: job["completed_at"] for job in jobs_of(real, headers)}
    late = [at - ended[said["id"]] for (at, _, _), said in zip(receiver.came, receiver.said, strict=True)]
    assert statistics.median(late) < 0.1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_painters_at_once(folder: Path, number: signal.Signals) -> None:
    running = Running(folder, "--latency", "30")
    headers = {"X-API-Key": "sbx_enterprise"}
    until(lambda: len(running.painters()) == 2)
    for _ in range(4):
        submit(running, headers, width=2048, height=2048)
    begun = time.monotonic()
    running.process.send_signal(number)
    assert running.process.wait(timeout=10) == 0
    assert time.monotonic() - begun < 5
    assert running.painters() == []
    running.stop()


def test_a_receiver_that_never_answers_does_not_delay_the_end(folder: Path) -> None:
    running = Running(folder, "--fast", "--latency", "instant")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        hook = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        submit(running, {"X-API-Key": "sbx_enterprise"}, webhookUrl=hook)
        deaf.accept()[0].close()
        caught, _ = deaf.accept()
        begun = time.monotonic()
        assert running.stop() == 0
        caught.close()
    assert time.monotonic() - begun < 4


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's kill-with-my-parent is Linux's")
def test_a_crash_leaves_no_painters_behind(folder: Path) -> None:
    running = Running(folder, "--latency", "30")
    until(lambda: len(running.painters()) == 2)
    submit(running, {"X-API-Key": "sbx_enterprise"}, width=4096, height=4096, quality="high")
    running.kill()
    until(lambda: running.painters() == [], seconds=2)


def test_a_folder_has_one_sandbox(folder: Path) -> None:
    running = Running(folder, "--fast")
    second = subprocess.run(
        [sys.executable, "-m", "studio.sandbox", "--port", "0", "--data", str(folder)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        check=False,
    )
    running.stop()
    assert second.returncode == 1
    assert "Another sandbox" in second.stderr


def test_a_wrong_option_is_refused_with_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studio.sandbox", "--latency", "soon"],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2
    assert "--latency" in done.stderr
    assert "Traceback" not in done.stderr


def test_ready_made_pictures_are_heavy_of_the_right_size_and_never_the_same(folder: Path) -> None:
    running = Running(folder, "--ready-made", "--latency", "instant")
    headers = key_for(running, "ready")
    fault(running, headers, "sync")
    made = []
    for width, height in ((1024, 1024), (1024, 1024), (1024, 1024), (640, 384)):
        said = submit(running, headers, width=width, height=height).json()["data"]["generateimage"]
        made.append(running.http.get(said["url"]).content)
        with Image.open(io.BytesIO(made[-1])) as picture:
            picture.load()
            assert (picture.format, picture.size) == ("JPEG", (width, height))
    assert running.painters() == []
    assert all(300_000 < len(jpeg) < 400_000 for jpeg in made[:3])
    assert len(set(made)) == 4
    assert running.stop() == 0
