"""What left somebody's sight, for their open pages. Own rows only."""

from django.db import models


class Gone(models.Model):
    """An image that those who saw its card see no longer: it lies in the trash, or is its maker's only.

    Kept for a day; `seen_by` is what its card said before: nobody hears of an image that they never saw.
    """

    id = models.BigAutoField(primary_key=True)
    image = models.UUIDField()
    seen_by = models.CharField(max_length=32)
    version = models.BigIntegerField()  # microseconds, as a card's

    class Meta:
        indexes = [models.Index(fields=["version"], name="gone_news")]

    def __str__(self) -> str:
        return str(self.image)
