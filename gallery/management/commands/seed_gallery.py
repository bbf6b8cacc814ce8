"""`manage.py seed_gallery N`: fill the gallery with N images, so that its size can be felt."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gallery import seeding

FILES = 300


class Command(BaseCommand):
    """Fill the gallery with made-up images. Refuses where people's images are."""

    help = "Add N made-up images to the gallery of a demonstration or an empty studio."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, and how many with files of their own."""
        parser.add_argument("images", type=int)
        parser.add_argument("--files", type=int, default=FILES, help=f"pictures that are drawn ({FILES})")
        parser.add_argument("--anyway", action="store_true", help="also where people's images are")

    def handle(self, *args: object, images: int, files: int, anyway: bool, **options: object) -> None:
        """Seed, and say how long it took."""
        if images < 1 or files < 1:
            raise CommandError("Say how many: one image at least, with one file at least.")
        if not anyway:
            try:
                seeding.refuse_if_lived_in()
            except seeding.NotEmpty as error:
                raise CommandError(str(error)) from None
        start = time.monotonic()
        seeding.seed(images, files=files, say=self._say)
        self.stdout.write(f"{images:,} images in {time.monotonic() - start:.0f} s.")

    def _say(self, done: int) -> None:
        self.stdout.write(f"{done:,} …")
        self.stdout.flush()
