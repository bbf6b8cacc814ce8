"""OpenAI's image endpoint over a ready-made picture: what Open WebUI can be pointed at.

`python -m tests.bench.peers.openai_shim PORT PICTURE`. How long it takes for each picture is what the
last `PUT /seconds` said.
"""

import base64
import json
import sys
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar


class Shim(BaseHTTPRequestHandler):
    """Answers after a while with one picture."""

    protocol_version = "HTTP/1.1"
    seconds: ClassVar[float] = 0.0
    picture: ClassVar[str] = ""

    def do_PUT(self) -> None:
        """Take so many seconds from now on."""
        Shim.seconds = float(self._body())
        self._answer({})

    def do_GET(self) -> None:
        """List the one model."""
        self._answer({"data": [{"id": "flux-krea", "object": "model"}]})

    def do_POST(self) -> None:
        """Make a picture."""
        self._body()
        time.sleep(Shim.seconds)
        self._answer({"created": 0, "data": [{"b64_json": Shim.picture}]})

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        for name, text in self._headers(len(body)):
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _headers(self, length: int) -> Iterable[tuple[str, str]]:
        return [("Content-Type", "application/json"), ("Content-Length", str(length))]


if __name__ == "__main__":
    Shim.picture = base64.b64encode(Path(sys.argv[2]).read_bytes()).decode()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shim).serve_forever()
