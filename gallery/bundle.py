"""Many images as one ZIP, sent while it is put together, with a manifest.csv that tells of each (C21).

Images are read some at a time, and each is asked anew whether it may be seen: one that goes private while
the ZIP is on its way is not in it. A missing file leaves a line in the manifest and a note in its place.
"""

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from typing import IO

from django.db.models import FETCH_RAISE, QuerySet

from gallery import filenames, manifest
from gallery.manifest import EVERYTHING, Said, Shows
from gallery.originals import ENDINGS, recipe_of
from gallery.recoding import Format, Inside, Unmade, handed, kind_of
from gallery.taking import Choice
from studio.generation import originals
from studio.generation.models import Image
from studio.generation.zipping import line, streamed

log = logging.getLogger(__name__)

MOST = 10_000  # images of one ZIP
AT_ONCE = 100  # images that are looked up together
KEPT_IN_MEMORY = 2_000_000  # bytes of the manifest; what is more waits on the disk
MISSING = "The file of this image is missing on the server. Ask whoever looks after it.\n"
type File = tuple[str, Callable[[], Iterable[bytes]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What goes into a ZIP: ids of images under their numbers, in their order, and how much is told of them.

    `images` are those that whoever asks may see, now and while it is sent.
    """

    images: QuerySet[Image]
    numbered: Sequence[tuple[int, int]]  # an image's number, and its id
    choice: Choice
    shows: Shows = EVERYTHING


@dataclass(slots=True)
class _Sheet:
    """The manifest as it grows: a line an image, on the disk where they are many."""

    lines: IO[bytes]

    def add(self, cells: Sequence[object], *, first: bool = False) -> None:
        self.lines.write(line(cells, first=first))

    def pieces(self) -> Iterator[bytes]:
        self.lines.seek(0)
        while piece := self.lines.read(originals.PIECE):
            yield piece


def stream(wanted: Wanted, now: datetime) -> Iterator[bytes]:
    """Yield the ZIP: each image when its turn has come, then manifest.csv. Three queries a hundred images."""
    return streamed(_files(wanted), now)


def numbered(images: QuerySet[Image]) -> list[tuple[int, int]]:
    """Return the newest images with their numbers, one more than a ZIP may hold. One query."""
    ids = images.order_by("-pk").values_list("pk", flat=True)[: MOST + 1]
    return list(enumerate(ids, 1))


def _files(wanted: Wanted) -> Iterator[File]:
    names = filenames.Names()
    names.give("manifest", "csv")
    with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as lines:
        sheet = _Sheet(lines)
        sheet.add(manifest.HEADING, first=True)
        yield from _listed(wanted, names, sheet)
        yield "manifest.csv", sheet.pieces


def _listed(wanted: Wanted, names: filenames.Names, sheet: "_Sheet") -> Iterator[File]:
    for some in batched(wanted.numbered, AT_ONCE, strict=False):
        seen = found(wanted.images, [pk for _, pk in some])
        said = manifest.said_of(seen.keys())
        for number, pk in some:
            if pk in seen:
                yield _file(seen[pk], number, said, wanted, names, sheet)


def found(images: QuerySet[Image], ids: Sequence[int]) -> dict[int, Image]:
    """Return those of these images that are among `images`, with all that a name needs. One query."""
    related = images.select_related("member", "job__run__experiment").filter(pk__in=ids)
    return {image.pk: image for image in related.fetch_mode(FETCH_RAISE)}


def _file(
    image: Image, number: int, said: Said, wanted: Wanted, names: filenames.Names, sheet: _Sheet
) -> File:
    values = manifest.values(image, number, said, wanted.shows)
    stem = filenames.fill(wanted.choice.pattern, values)
    kind = kind_of(image.format, wanted.choice.format)
    try:
        pieces, name = pieces_of(image, wanted.choice), names.give(stem, ENDINGS.get(kind, kind))
        state = "in this ZIP"
    except (OSError, Unmade):
        log.exception("image %s: its original is missing", image.uuid)
        pieces, name = iter([MISSING.encode()]), names.give(f"{stem} (missing)", "txt")
        state = "its file is missing"
    sheet.add(manifest.row(image, number, said, wanted.shows, file=name, state=state))
    return name, partial(iter, pieces)


def pieces_of(image: Image, choice: Choice) -> Iterator[bytes]:
    """Return an image's file in pieces, as it is wanted. Raises OSError and Unmade."""
    if choice.format is Format.ORIGINAL and choice.inside is Inside.AS_KEPT:
        return originals.pieces(image.original)
    return iter([made_of(image, choice)])


def made_of(image: Image, choice: Choice) -> bytes:
    """Return an image's file as it is wanted. Raises OSError and Unmade."""
    return handed(
        originals.read(image.original),
        image.format,
        choice.format,
        choice.inside,
        recipe=recipe_of(image),
        size=(image.width, image.height),
    )
