"""Where a sign-in may lead: a page of this studio and nowhere else (AUTH-09)."""

from urllib.parse import urlsplit


def own_path(address: str) -> str | None:
    """Return the path and query of an address that is a plain path of ours, else None.

    Anything with a scheme, a host, a backslash or a control character is none: browsers read
    some of them as another site's.
    """
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if any(ord(character) < 33 for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
