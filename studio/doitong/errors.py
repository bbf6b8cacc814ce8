"""Everything that can go wrong between the studio and Doitong, as one tree.

    DoitongError
    ├── NotSent               no byte left: may be sent again
    ├── Ambiguous             sent, and no answer that tells its fate: never sent again blindly
    ├── Refused               400 and every other 4xx: not accepted, not bought
    ├── Unauthorized          401: the key is refused
    │   └── UnusableKey       the text cannot be a key: refused here, nothing was sent
    ├── InsufficientCredits   402: .required and .available in credits
    ├── RateLimited           429: .rate tells when to go on
    ├── ServerError           500, 503: the provider asks for another try, and may have bought
    ├── BadAnswer             an answer that cannot be read: a submission may have been accepted
    └── DownloadError         no picture; .temporary tells whether asking again may help
        ├── HostRefused       the address is not one the studio fetches from
        ├── NotFound          404, 410
        ├── TooLarge          more bytes than allowed
        ├── TooSlow           more seconds than allowed
        └── Interrupted       cut, refused or broken on the way

Touches nothing. Each error is a sentence for a person (`.sentence`, also `str(error)`) and carries
the `.exchange` where there was one, the provider's `.code` or our own, its `.message` and the HTTP
`.status`. None holds a key. Source: S46 to S53, S82, S88.
"""

from typing import ClassVar

from studio.doitong.values import Exchange, RateLimit


class DoitongError(Exception):
    """What went wrong, for a person to read and for `decide` to act on."""

    default_code: ClassVar[str] = "DOITONG"
    possibly_accepted: ClassVar[bool] = False
    """Whether a submission that ended so may have been accepted, and bought, all the same."""

    def __init__(
        self,
        sentence: str,
        *,
        exchange: Exchange | None = None,
        code: str | None = None,
        message: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exchange = exchange
        self.code = code or self.default_code
        self.message = message
        self.status = exchange.status if status is None and exchange is not None else status


class NotSent(DoitongError):
    """Doitong could not be reached: refused, no such name, no connection in time, no TLS."""

    default_code = "NOT_SENT"


class Ambiguous(DoitongError):
    """The request left and its fate is unknown: a time-out, a cut connection, 502, 504."""

    default_code = "UNKNOWN_OUTCOME"
    possibly_accepted = True


class Refused(DoitongError):
    """The provider will not have this request. Another try would end the same."""

    default_code = "REFUSED"


class Unauthorized(DoitongError):
    """The provider refuses the key."""

    default_code = "UNAUTHORIZED"


class UnusableKey(Unauthorized):
    """The text is no possible key (blanks, control characters, wrong length). Nothing was sent."""

    default_code = "UNUSABLE_KEY"


class InsufficientCredits(DoitongError):
    """Not enough credits; the numbers are None where the provider named none."""

    default_code = "INSUFFICIENT_CREDITS"

    def __init__(
        self,
        sentence: str,
        *,
        exchange: Exchange | None = None,
        code: str | None = None,
        message: str | None = None,
        required: int | None = None,
        available: int | None = None,
    ) -> None:
        super().__init__(sentence, exchange=exchange, code=code, message=message)
        self.required = required
        self.available = available


class RateLimited(DoitongError):
    """The key must wait; `rate` is None where no header told how long."""

    default_code = "RATE_LIMITED"

    @property
    def rate(self) -> RateLimit | None:
        return self.exchange.rate if self.exchange else None


class ServerError(DoitongError):
    """The provider failed and asks for another try. It may have bought before it failed (S82)."""

    default_code = "SERVER_ERROR"
    possibly_accepted = True


class BadAnswer(DoitongError):
    """HTML, broken JSON, missing fields, wrong types, too many bytes.

    Ambiguous for a submission: it may have been accepted by a provider that then answered nonsense.
    """

    default_code = "BAD_ANSWER"
    possibly_accepted = True


class DownloadError(DoitongError):
    """No picture came."""

    default_code = "DOWNLOAD_FAILED"
    temporary: ClassVar[bool] = False
    """Whether asking again later may help."""


class HostRefused(DownloadError):
    """The address is not one that the studio fetches from (DL-01 to DL-04)."""

    default_code = "HOST_REFUSED"


class NotFound(DownloadError):
    """The provider no longer has the picture."""

    default_code = "PICTURE_NOT_FOUND"


class TooLarge(DownloadError):
    """The picture is larger than allowed."""

    default_code = "PICTURE_TOO_LARGE"


class TooSlow(DownloadError):
    """The picture took longer than allowed."""

    default_code = "PICTURE_TOO_SLOW"
    temporary = True


class Interrupted(DownloadError):
    """The download broke off, or the server answered with an error."""

    default_code = "PICTURE_INTERRUPTED"
    temporary = True
