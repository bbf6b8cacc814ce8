"""The pass in a poller's address: signed, short-lived, and good for one answer: “nothing new for you”.

It names the member, the page, the count that the page has seen, and how lively things were when it was
drawn. Who holds one learns nothing from it and may do nothing with it: whatever is new is told by the
view behind the session alone. Pure but for the secret key; times are Unix seconds.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "studio.generation.passes"
LASTS = 120  # seconds; then the view is asked, and the session with it
RENEW_BEFORE = 30  # seconds: a pass with less left is drawn anew
MAC_BYTES = 15
LONGEST = 160  # characters
QUICK, STEADY, SLOW = 2, 4, 8  # seconds between questions that are not held (B3)
QUICK_FOR, STEADY_FOR = 30, 120  # seconds after the newest live job was made
DUE_BEFORE, DUE_AFTER = 2, 10  # seconds around the time at which a picture is likely
GAP_EACH = 50  # milliseconds between two answers for each live image but the first
MOST_GAP = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a poller may be answered without a look into the database.

    `newest` is when the newest live job was made, `due` when a picture is likely (0: unknown), `gap`
    how many milliseconds lie at least between the drawing and the next news of the same page.
    """

    member: UUID
    page: str
    since: int
    drawn: int  # Unix milliseconds
    newest: int
    due: int
    gap: int

    def signed(self) -> str:
        """Return it as the word in the address; the count stands beside it and is signed with it."""
        body = self._body()
        return f"{body}.{_mac(body, self.since)}"

    def _body(self) -> str:
        return f"{self.member.hex}.{self.page}.{self.drawn:x}.{self.newest:x}.{self.due:x}.{self.gap:x}"

    def left(self, now: float) -> float:
        """Return for how many seconds it is still good; what was drawn in the future never is."""
        age = now - self.drawn / 1000
        return LASTS - age if age > -LASTS else 0.0

    def news_at(self) -> float:
        """Return from when on the page may be told again: a page of many images is told in bundles."""
        return (self.drawn + self.gap) / 1000

    def pace(self, now: float) -> int:
        """Return in how many seconds an answer is worth asking for again."""
        return pace(now, self.newest, self.due)


def pace(now: float, newest: float, due: float) -> int:
    """Return how many seconds to wait: few while something is likely to be new, more while it is not."""
    age = now - newest
    if age < QUICK_FOR or due - DUE_BEFORE <= now < due + DUE_AFTER:
        return QUICK
    usual = STEADY if age < STEADY_FOR else SLOW
    return max(QUICK, min(usual, int(due - DUE_BEFORE - now))) if due > now else usual


def gap(live: int) -> int:
    """Return the milliseconds between two answers to a page with so many live images (B3)."""
    return max(0, min(MOST_GAP, GAP_EACH * (live - 1)))


def new_page() -> str:
    """Return a name for a page that was just drawn: a new question of a page ends its older one."""
    return secrets.token_hex(4)


def read(query: Mapping[str, str]) -> Pass | None:
    """Return the pass in a poller's address, None for one that is missing, forged or out of shape."""
    word, since = query.get("pass", ""), query.get("since", "")
    if len(word) > LONGEST or not (since.isascii() and since.isdigit()) or len(since) > 18:
        return None
    body, _, mac = word.rpartition(".")
    if not constant_time_compare(mac, _mac(body, int(since))):
        return None
    member, page, *numbers = body.split(".")
    drawn, newest, due, between = (int(number, 16) for number in numbers)
    return Pass(
        member=UUID(member), page=page, since=int(since), drawn=drawn, newest=newest, due=due, gap=between
    )


def _mac(body: str, since: int) -> str:
    digest = salted_hmac(SALT, f"{body}.{since}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:MAC_BYTES]).decode()
