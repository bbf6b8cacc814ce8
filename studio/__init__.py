"""The studio: a Django project and its rooms.

httpx is kept from importing a command line of its own: it takes 8 MB of every process, and nobody
here calls it.
"""

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as if its optional part were not there
