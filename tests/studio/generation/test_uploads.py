"""A file of any length is held in memory up to a bound, and what is beyond is told (A28, A36)."""

import io
import tracemalloc

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from studio.accounts.uploads import beyond, bounded

MOST = 1_000_000
HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nkept\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
)
TAIL = b"\r\n--x--\r\n"


class Long(io.RawIOBase):
    """A form with a file of so many letters, made while it is read."""

    def __init__(self, letters: int) -> None:
        self.left = letters
        self.head, self.tail = io.BytesIO(HEAD), io.BytesIO(TAIL)
        self.length = len(HEAD) + letters + len(TAIL)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if piece := self.head.read(size):
            return piece
        taken = min(size, self.left)
        self.left -= taken
        return b"x" * taken or self.tail.read(size)


@bounded(MOST)
def view(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    kept = file.read() if file else b""
    return HttpResponse(f"{request.POST.get('a')} {len(kept)} {beyond(request)}")


def post(letters: int) -> bytes:
    body = Long(letters)
    request = RequestFactory().post("/", b"-", content_type="multipart/form-data; boundary=x")
    request.environ["CONTENT_LENGTH"] = request.META["CONTENT_LENGTH"] = str(body.length)
    setattr(request, "_stream", body)  # noqa: B010
    setattr(request, "_dont_enforce_csrf_checks", True)  # noqa: B010
    answer = view(request)
    assert isinstance(answer, HttpResponse)
    return answer.content


@pytest.mark.parametrize("letters", [0, 1, MOST])
def test_a_file_within_the_bound_is_whole(letters: int) -> None:
    assert post(letters) == f"kept {letters} False".encode()


def test_a_hundred_megabytes_are_read_to_their_end_and_not_kept() -> None:
    tracemalloc.start()
    said = post(100_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said == b"kept 0 True"
    assert peak < 10 * MOST
