"""Sealing small secrets at rest: AES-256-GCM under a key that is never in the database (E3, KEY-01).

A sealed text is `v1:keyid:nonce:ciphertext` in URL-safe base64. What it belongs to (table, row,
purpose) is authenticated with it, so that a ciphertext moved to another row does not open
(KEY-14). The keyring is a file of lines `id:base64 of 32 bytes`: the first line seals, all of
them open. Touches that file only.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from studio.doitong import Secret
from studio.logs import masking

VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 32


class SealingError(Exception):
    """Something sealed cannot be used; its text is a sentence for the operator, without the secret."""


class KeyringError(SealingError):
    """The keyring file cannot be read, is readable by others, or holds something else."""


class WrongKeyError(SealingError):
    """The keyring holds no key that opens this: the wrong file, or a line is missing (KEY-13)."""


class TamperedError(SealingError):
    """The sealed text was changed or moved from another row (KEY-14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a sealed text belongs to."""

    table: str
    row: str
    purpose: str

    @property
    def bound(self) -> bytes:
        """The bytes that are authenticated with the ciphertext."""
        return f"{self.table}|{self.row}|{self.purpose}".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The sealing keys by their ids; the first one seals."""

    keys: dict[str, bytes] = field(repr=False)

    @property
    def primary(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))

    def seal(self, secret: Secret, place: Place) -> str:
        """Return the secret sealed for this place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.primary]).encrypt(nonce, secret.reveal().encode(), place.bound)
        return ":".join((VERSION, self.primary, _plain(nonce), _plain(sealed)))

    def unseal(self, sealed: str, place: Place) -> Secret:
        """Return the secret; raises WrongKeyError or TamperedError."""
        name, nonce, ciphertext = _parts(sealed)
        if name not in self.keys:
            raise WrongKeyError(
                f"The keyring has no key “{name[:20]}”. Put back the line that it was sealed with."
            )
        try:
            text = AESGCM(self.keys[name]).decrypt(nonce, ciphertext, place.bound).decode()
        except InvalidTag:
            raise TamperedError(
                "A sealed key does not open: the keyring is another one, or the row was changed."
            ) from None
        masking.know(text)  # no line of the log will hold it
        return Secret(text)

    def fingerprints(self, secret: Secret) -> list[str]:
        """Return the secret's fingerprint under each key, the sealing one first: to find it twice."""
        return [
            hmac.new(_derived(key), secret.reveal().encode(), hashlib.sha256).hexdigest()
            for key in self.keys.values()
        ]


def keyring() -> Keyring:
    """Return the keyring of settings.KEYRING_FILE; raises KeyringError.

    The file is looked at each time and read again only when it changed.
    """
    path = Path(settings.KEYRING_FILE)
    try:
        status = path.stat()
    except OSError as error:
        raise KeyringError(f"The keyring {path} cannot be read ({error.strerror}).") from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyringError(f"Others can read the keyring {path}. Run: chmod 600 {path}")
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int, _size: int) -> Keyring:
    try:
        lines = path.read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        raise KeyringError(f"The keyring {path} cannot be read.") from None
    keys = dict(_line(line, path) for line in lines)
    if not keys:
        raise KeyringError(f"The keyring {path} is empty.")
    return Keyring(keys=keys)


def _derived(key: bytes) -> bytes:
    return hmac.new(key, b"studio: fingerprints", hashlib.sha256).digest()


def _line(line: str, path: Path) -> tuple[str, bytes]:
    name, _, text = line.partition(":")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if not name or len(key) != KEY_BYTES:
        raise KeyringError(f"The keyring {path} holds a line that is not `id:base64 of {KEY_BYTES} bytes`.")
    return name, key


def _parts(sealed: str) -> tuple[str, bytes, bytes]:
    try:
        version, name, nonce, ciphertext = sealed.split(":")
        if version != VERSION:
            raise ValueError
        opened = base64.urlsafe_b64decode(nonce), base64.urlsafe_b64decode(ciphertext)
        if len(opened[0]) != NONCE_BYTES:
            raise ValueError
        return name, *opened
    except ValueError:
        raise TamperedError("A sealed key is not in the form that this studio writes.") from None


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
