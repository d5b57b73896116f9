"""A request for offers that shows that the shop runs."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from launch.services.programs import LOOPBACK
from launch.services.supervisor import LaunchError

PATH = "/api/v1/offers"
POLL_SECONDS = 0.2
SERVING_SECONDS = 20
UNKNOWN_PLACEMENT = b'"code":"unknown_placement"'


def headers_with(key: str) -> dict[str, str]:
    """Return the headers of a request with this key."""
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def curl_command(url: str, key: str, body: Mapping[str, Any]) -> str:
    """Return the request as a shell command."""
    options = " ".join(f"-H '{name}: {value}'" for name, value in headers_with(key).items())
    return f"curl -s {url}{PATH} {options} -d '{json.dumps(body)}'"


def wait_for_offers(
    *, port: int, key: str, body: Mapping[str, Any], check: Callable[[], None], at_least: int
) -> int:
    """Ask for offers until there are `at_least` so many; return their number.

    A web worker may still serve the snapshot of the empty shop, which has no placement; it is asked until it
    has loaded the new one. `check` raises if a program has died. Raises LaunchError.
    """
    deadline = time.monotonic() + SERVING_SECONDS
    while (count := count_offers(port, key, body)) is None or count < at_least:
        check()
        if time.monotonic() > deadline:
            raise LaunchError("The shop responds, but without offers. See the web server's log.")
        time.sleep(POLL_SECONDS)
    return count


def count_offers(port: int, key: str, body: Mapping[str, Any]) -> int | None:
    """Return the number of offers; None if there is no snapshot yet, or only an earlier one."""
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{port}{PATH}", data=json.dumps(body).encode(), headers=headers_with(key)
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (our own address)
            return len(json.load(answer)["offers"])
    except urllib.error.HTTPError as error:
        said = error.read(500)
        is_earlier = error.code == HTTPStatus.NOT_FOUND and UNKNOWN_PLACEMENT in said
        if error.code == HTTPStatus.SERVICE_UNAVAILABLE or is_earlier:
            return None
        raise LaunchError(f"The shop does not respond to {PATH}: {error} {said!r}") from error
    except OSError as error:
        raise LaunchError(f"The shop does not respond to {PATH}: {error}") from error
