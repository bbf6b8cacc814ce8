"""InvokeAI's upload: the import of a picture that a well-known gallery does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench.served import server
from tests.house import free_port

UPLOAD = "/api/v1/images/upload?image_category=user&is_intermediate=false"


@contextmanager
def invoke(peers: Path, folder: Path) -> Iterator[Callable[[bytes], None] | None]:
    """Serve InvokeAI, and yield what imports one JPEG; None where it is not there."""
    program = peers / "inv" / "bin" / "invokeai-web"
    if not program.exists():
        yield None
        return
    port = free_port()
    root = folder / "invoke"
    root.mkdir()
    environment = {"INVOKEAI_ROOT": str(root), "INVOKEAI_PORT": str(port), "HF_HUB_OFFLINE": "1"}
    url = f"http://127.0.0.1:{port}"
    with (
        server([str(program), "--root", str(root)], environment, url, folder / "invoke.log"),
        httpx.Client(base_url=url, timeout=60, trust_env=False) as http,
    ):

        def upload(jpeg: bytes) -> None:
            http.post(UPLOAD, files={"file": ("picture.jpg", jpeg, "image/jpeg")}).raise_for_status()

        yield upload
