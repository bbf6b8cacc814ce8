"""Keeps the tests on this machine: any socket that would leave the loopback is refused and reported.

It is an audit hook, so nothing is patched and code in other libraries is heard too.
A program that a test starts is not heard; those get addresses of the loopback only.
"""

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = {None, "", b"", "localhost", b"localhost"}
refused: list[str] = []


class OutsideError(RuntimeError):
    """A test tried to reach beyond this machine."""


def watch() -> None:
    """Listen to every connection from now on; there is no way to stop."""
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        _judge(arguments[0], may_be_number=True)
    elif event in {"socket.connect", "socket.sendto"}:
        connection, address = arguments[0], arguments[1]
        if connection.family in {socket.AF_INET, socket.AF_INET6}:
            _judge(address[0], may_be_number=False)


def _judge(host: Any, *, may_be_number: bool) -> None:
    """Refuse a host beyond the loopback; reading a number as an address reaches nothing."""
    if host in LOCAL_NAMES:
        return
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        if may_be_number or ipaddress.ip_address(text).is_loopback:
            ipaddress.ip_address(text)
            return
    except ValueError:
        pass
    refused.append(text)
    raise OutsideError(f"A test tried to reach {text}.")
