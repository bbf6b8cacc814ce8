"""The studio's settings with views beside the gallery's: what a page of fifty cards costs otherwise.

`/floor/raw`: a raw keyset query and f-strings. `/floor/house`: the house's frame with nothing in it.
`/floor/template`: the same cards through an ordinary Django template, from model instances.
"""

from studio.settings import *  # noqa: F403 - the studio's own settings, and some addresses more

ROOT_URLCONF = "tests.bench.walls_urls"
ALLOWED_HOSTS = ["*"]
# a person asks for a few pages a minute, a measurement for hundreds
MIDDLEWARE = [one for one in MIDDLEWARE if one != "studio.accounts.often.NotTooOften"]  # noqa: F405
