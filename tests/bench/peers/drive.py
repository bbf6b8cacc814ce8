"""Starts the other programs and presses their buttons as their own pages do."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench.candidate import Candidate
from tests.bench.provider import Provider
from tests.bench.served import server
from tests.house import free_port

OPEN_WEBUI = {
    "ENABLE_IMAGE_GENERATION": "True",
    "IMAGE_GENERATION_ENGINE": "openai",
    "IMAGES_OPENAI_API_KEY": "none",
    "IMAGE_GENERATION_MODEL": "flux-krea",
    "IMAGE_SIZE": "1024x1024",
    "OFFLINE_MODE": "True",
    "HF_HUB_OFFLINE": "1",
    "ENABLE_OLLAMA_API": "False",
    "ENABLE_OPENAI_API": "False",
    "BYPASS_EMBEDDING_AND_RETRIEVAL": "True",
    "WEBUI_AUTH": "False",
    "WEBUI_SECRET_KEY": "only for measuring",
}


@contextmanager
def gradio(peers: Path, folder: Path, provider_url: str, provider: Provider) -> Iterator[Candidate | None]:
    """Gradio, returning a path: the call and the stream of events that its page makes."""
    python = peers / "gradio" / "bin" / "python"
    if not python.exists():
        yield None
        return
    port = free_port()
    environment = {
        "GRADIO_PORT": str(port),
        "PLAIN_PROVIDER": provider_url,
        "PLAIN_KEY": provider.key,
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    command = [str(python), str(Path(__file__).parent / "gradio_app.py")]
    url = f"http://127.0.0.1:{port}"
    with (
        server(command, environment, url, folder / "gradio.log"),
        httpx.Client(base_url=url, timeout=60, trust_env=False) as http,
    ):

        def show(prompt: str) -> bytes:
            call = http.post("/gradio_api/call/picture", json={"data": [prompt]}).raise_for_status()
            with http.stream("GET", f"/gradio_api/call/picture/{call.json()['event_id']}") as stream:
                told = next(line for line in stream.iter_lines() if line.startswith("data: ["))
            return http.get(json.loads(told[6:])[0]["url"]).raise_for_status().content

        yield Candidate(name="Gradio, path", show=show, own=provider.own_ms)


@contextmanager
def open_webui(
    peers: Path, folder: Path, provider_url: str, provider: Provider
) -> Iterator[Candidate | None]:
    """Open WebUI over OpenAI's image endpoint, which answers with the picture itself."""
    program = peers / "owui" / "bin" / "open-webui"
    if not program.exists():
        yield None
        return
    shim_port, port = free_port(), free_port()
    shim_url, url = f"http://127.0.0.1:{shim_port}", f"http://127.0.0.1:{port}"
    picture = folder / "ready.jpg"
    picture.write_bytes(provider.ready_picture())
    shim = [sys.executable, "-m", "tests.bench.peers.openai_shim", str(shim_port), str(picture)]
    data = folder / "open-webui"
    data.mkdir()
    environment = {**OPEN_WEBUI, "DATA_DIR": str(data), "IMAGES_OPENAI_API_BASE_URL": f"{shim_url}/v1"}
    command = [str(program), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (
        server(shim, {}, shim_url, folder / "shim.log"),
        server(command, environment, url, folder / "open-webui.log", look_at="/health"),
        httpx.Client(base_url=url, timeout=60, trust_env=False) as http,
    ):
        signed_in = http.post("/api/v1/auths/signin", json={"email": "", "password": ""}).raise_for_status()
        http.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"

        def show(prompt: str) -> bytes:
            httpx.put(shim_url, content=str(provider.seconds)).raise_for_status()
            made = http.post("/api/v1/images/generations", json={"prompt": prompt}).raise_for_status()
            return http.get(made.json()[0]["url"]).raise_for_status().content

        yield Candidate(name="Open WebUI", show=show, own=lambda prompt: 1000 * provider.seconds)
