"""The sandbox as the bench turns its knobs: how long it takes, and what it remembers of a picture."""

import io

from studio.doitong import Client, Order, Secret, open_http
from tests.house import House
from tests.visitor import Books

KEY = "sbx_enterprise"
MOST_BYTES = 20_000_000


class Provider:
    """A provider that answers each submission with the finished picture, after the time it is told."""

    def __init__(self, house: House) -> None:
        self.books = Books(house)
        self.key = KEY
        self.seconds = 0.0
        self.books.write(f"keys/{KEY}/faults", {"faults": [{"name": "sync"}]})

    def take(self, seconds: float) -> None:
        """Take so many seconds for each picture from now on."""
        self.seconds = seconds
        self.books.set_latency(f"{seconds:.3f}", self.key)

    def own_ms(self, prompt: str) -> float:
        """Return how long it took for a prompt's picture by its own record, in milliseconds."""
        job = next(job for job in reversed(self.books.jobs()) if job["prompt"] == prompt)
        return 1000 * (float(job["completed_at"]) - float(job["created_at"]))

    def ready_picture(self) -> bytes:
        """Return a picture as it makes them; buys one."""
        self.take(0)
        with open_http() as http:
            client = Client(
                base_url=self.books.url,
                key=Secret(KEY),
                http=http,
                image_hosts=["127.0.0.1"],
                allow_private=True,
            )
            job = client.generate(Order(prompt="any", width=1024, height=1024)).value
            picture = io.BytesIO()
            client.download(job.url or "", picture, max_bytes=MOST_BYTES, max_seconds=30)
        return picture.getvalue()
