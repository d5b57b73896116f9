"""Limit the attempts to sign in, by name and by address, in a file like that of the API's rate limits.

Only failures count. A browser in which somebody has signed in before has an allowance of its own for their
name (a device cookie, as OWASP describes it): whoever guesses passwords cannot lock them out.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from gateway.services.throttle import ThrottleFile, throttle_file_at

WINDOW_NS: Final = 600 * 10**9
ATTEMPTS_PER_NAME: Final = 10
# A shop's staff may share one address.
ATTEMPTS_PER_ADDRESS: Final = 30
DEVICE_COOKIE: Final = "awase_device"
DEVICE_SECONDS: Final = 180 * 24 * 3600

_SALT: Final = "gateway.sign_in"


class TooManyAttemptsError(Exception):
    """The allowance is used up for `retry_after_seconds`."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt was counted for: a digest and its limit."""

    counted: tuple[tuple[str, int], ...]


def begin_attempt(*, name: str, network: str, device: str, now_ns: int) -> Attempt:
    """Count an attempt before the password is checked; raise TooManyAttemptsError."""
    allowances = _allowances(name, network, device)
    counted: list[tuple[str, int]] = []
    for digest, limit in allowances:
        allowance = _file().take(digest, limit, now_ns, WINDOW_NS)
        if not allowance.is_allowed:
            forget_attempt(attempt=Attempt(tuple(counted)), now_ns=now_ns)
            raise TooManyAttemptsError(allowance.retry_after_seconds)
        counted.append((digest, limit))
    return Attempt(tuple(counted))


def forget_attempt(*, attempt: Attempt, now_ns: int) -> None:
    """Give back an attempt that succeeded."""
    for digest, limit in attempt.counted:
        _file().give_back(digest, limit, now_ns, WINDOW_NS)


def issue_device(name: str) -> str:
    """Return a signed token for a browser in which this person has signed in."""
    return signing.dumps([secrets.token_urlsafe(12), _folded(name)], salt=_SALT)


def is_known_device(token: str) -> bool:
    """Return whether somebody has signed in with the browser that sends this token."""
    return bool(token) and _read_device(token)[0] != ""


def _allowances(name: str, network: str, device: str) -> tuple[tuple[str, int], ...]:
    nonce, owner = _read_device(device)
    if nonce and owner == _folded(name):
        return ((_digest("device", nonce), ATTEMPTS_PER_NAME),)
    return (
        (_digest("address", network), ATTEMPTS_PER_ADDRESS),
        (_digest("name", _folded(name)), ATTEMPTS_PER_NAME),
    )


def _read_device(token: str) -> tuple[str, str]:
    try:
        nonce, owner = signing.loads(token, salt=_SALT, max_age=DEVICE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return "", ""
    return nonce, owner


def _folded(name: str) -> str:
    return name.strip().casefold()


def _digest(kind: str, value: str) -> str:
    return salted_hmac(_SALT, f"{kind}\0{value}", algorithm="sha256").hexdigest()


def _file() -> ThrottleFile:
    # A file of its own: strangers who try many names must not displace the cells of API keys.
    return throttle_file_at(settings.AWASE_THROTTLE_FILE.with_name("sign-in.cells"))
