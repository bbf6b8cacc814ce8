"""A secret that can be carried anywhere and shown nowhere.

Touches nothing. A tracked-down leak is nearly always a `repr`: a traceback with locals, a log line,
a pickled queue payload. So the text sits behind one method whose name is easy to search for.
"""

import hmac
import re
from typing import NoReturn, Self, SupportsIndex

MASK = "••••"
LAST4_FROM = 20  # shorter texts would give away too much of themselves
_KEY = re.compile(r"[\x21-\x7e]{6,256}", re.ASCII)


class Secret:
    """A text that only `reveal()` gives away.

    `repr`, `str` and `format` answer a mask, pickling and JSON are refused, `==` takes the same time
    for every secret of one length. Source: KEY-04 to KEY-06, KEY-10.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it at the last moment and keep the answer in no variable."""
        return self._text

    @property
    def last4(self) -> str:
        """The last four characters, by which a person knows their key; '' below 20 characters."""
        return self._text[-4:] if len(self._text) >= LAST4_FROM else ""

    @property
    def is_key(self) -> bool:
        """Whether this can be an API key at all: 6 to 256 visible ASCII characters (KEY-07).

        Anything else must never reach a header: h11 would quote it in its error. [decided] The least
        is 6, for the sandbox's own `sbx_pro` has 7.
        """
        return _KEY.fullmatch(self._text) is not None

    def __repr__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled")

    def __reduce_ex__(self, _protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Secret is never pickled")


def _bytes(secret: Secret) -> bytes:
    # surrogatepass: a lone surrogate in a pasted text must not make a comparison raise
    return secret.reveal().encode("utf-8", "surrogatepass")
