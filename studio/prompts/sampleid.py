"""An image as people name it: its id, or an address with its id in it. Pure."""

import re
from uuid import UUID

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def sample_id(typed: str) -> UUID | None:
    """Return the last id in a text, None where there is none."""
    found = ID.findall(typed)
    return UUID(found[-1]) if found else None
