"""Error pages and mails without secrets: Django hides them only while DEBUG is off; here always (KEY-04)."""

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class Filter(SafeExceptionReporterFilter):
    """For the setting DEFAULT_EXCEPTION_REPORTER_FILTER."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Hide, in development too: what is pasted there is as real."""
        return True
