"""One row for each picture."""

from django.conf import settings
from django.db import models


class Picture(models.Model):
    """A prompt and the file that came of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    prompt = models.TextField()
    file = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.prompt
