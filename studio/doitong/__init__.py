"""Doitong, the provider of pictures, as a small library.

Knows httpx and no Django; reads no settings, sleeps never. `docs/doitong-api.md` tells the contract
that it is written from. Everything public is named here; the rooms import from here only.

    client = Client(base_url="https://api.doitong.com", key=Secret(text), http=open_http())
    answer = client.generate(Order(prompt="a lighthouse at dusk"))
    answer.value.remote_id, answer.exchange.duration_ms
"""

from studio.doitong.client import IMAGE_HOSTS, MOST_IDS, Client
from studio.doitong.decision import Decision, decide
from studio.doitong.dialects import DIALECTS
from studio.doitong.errors import (
    Ambiguous,
    BadAnswer,
    DoitongError,
    DownloadError,
    HostRefused,
    InsufficientCredits,
    Interrupted,
    NotFound,
    NotSent,
    RateLimited,
    Refused,
    ServerError,
    TooLarge,
    TooSlow,
    Unauthorized,
    UnusableKey,
)
from studio.doitong.reading import ANOMALIES
from studio.doitong.secret import Secret
from studio.doitong.sending import Sender, SendError, is_fit
from studio.doitong.transport import open_http
from studio.doitong.values import (
    Account,
    Answer,
    Exchange,
    Generation,
    Order,
    Picture,
    RateLimit,
    Status,
)
from studio.doitong.webhook import SIGNATURE_HEADER, read_webhook, verify_signature

__all__ = [
    "ANOMALIES",
    "DIALECTS",
    "IMAGE_HOSTS",
    "MOST_IDS",
    "SIGNATURE_HEADER",
    "Account",
    "Ambiguous",
    "Answer",
    "BadAnswer",
    "Client",
    "Decision",
    "DoitongError",
    "DownloadError",
    "Exchange",
    "Generation",
    "HostRefused",
    "InsufficientCredits",
    "Interrupted",
    "NotFound",
    "NotSent",
    "Order",
    "Picture",
    "RateLimit",
    "RateLimited",
    "Refused",
    "Secret",
    "SendError",
    "Sender",
    "ServerError",
    "Status",
    "TooLarge",
    "TooSlow",
    "Unauthorized",
    "UnusableKey",
    "decide",
    "is_fit",
    "open_http",
    "read_webhook",
    "verify_signature",
]
