"""Take one file out of a form, in memory and up to a bound, before anything else has read the request.

Django would write a file of any length to the disk before a view is asked. What is beyond the bound is read
from the wire and dropped, so that the sentence about it arrives.
"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

type View[**P] = Callable[Concatenate[Any, P], HttpResponseBase]


class Bounded(FileUploadHandler):
    """Keeps files in memory while all of them together are within the bound; drops what goes beyond it."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.size = 0
        self.over = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep some more of it, or stop keeping any."""
        self.size += len(raw_data)
        if self.size > self.most:
            self.over, self.kept = True, BytesIO()
            raise SkipFile
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the whole file."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, file_size, self.charset
        )


def bounded[**P](most: int) -> Callable[[View[P]], View[P]]:
    """Have a view's files held in memory up to `most` bytes. The form's token is checked after that.

    The token must stand before the file in the form. `beyond` tells whether something was dropped.
    """

    def decorate(view: View[P]) -> View[P]:
        checked = csrf_protect(view)

        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.upload_handlers = [Bounded(request, most)]
            return checked(request, *args, **kwargs)

        exempt: View[P] = csrf_exempt(guarded)
        return exempt

    return decorate


def beyond(request: HttpRequest) -> bool:
    """Say whether a file of the request was longer than its view takes."""
    return any(handler.over for handler in request.upload_handlers if isinstance(handler, Bounded))
