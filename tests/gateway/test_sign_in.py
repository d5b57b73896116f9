"""Attempts to sign in are limited by name and address, and nobody is locked out of their own browser."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gateway.services.address import client_address, network_of
from gateway.services.sign_in import (
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_NAME,
    TooManyAttemptsError,
    begin_attempt,
    forget_attempt,
    issue_device,
)
from tests.support.admin_cast import PASSWORD, create_people

LOGIN = reverse("admin:login")
MINUTE = 60 * 10**9
NOW = 1_000 * MINUTE


@pytest.fixture(autouse=True)
def cells(settings: Settings, tmp_path: Path) -> None:
    """Give each test attempts of its own."""
    settings.AWASE_THROTTLE_FILE = tmp_path / "throttle.cells"


def begin(name: str = "owner", network: str = "192.0.2.1", device: str = "", now_ns: int = NOW) -> bool:
    """Begin an attempt; return whether it is allowed."""
    try:
        begin_attempt(name=name, network=network, device=device, now_ns=now_ns)
    except TooManyAttemptsError:
        return False
    return True


def test_attempts__on_one_name_from_many_addresses__are_limited_and_come_back() -> None:
    allowed = [begin(network=f"192.0.2.{place}") for place in range(20)]

    assert sum(allowed) == ATTEMPTS_PER_NAME
    assert not begin(name=" OWNER ", network="198.51.100.1")
    assert begin(network="198.51.100.1", now_ns=NOW + MINUTE)


def test_attempts__on_many_names_from_one_address__are_limited() -> None:
    allowed = [begin(name=f"n-{place}") for place in range(100)]

    assert sum(allowed) == ATTEMPTS_PER_ADDRESS
    assert begin(name="n-99", network="198.51.100.1")


def test_attempt__that_succeeds__does_not_count() -> None:
    for _ in range(100):
        attempt = begin_attempt(name="owner", network="192.0.2.1", device="", now_ns=NOW)
        forget_attempt(attempt=attempt, now_ns=NOW)

    assert begin()


def test_attempts__name_used_up_by_a_stranger__known_browser_still_has_its_own() -> None:
    device = issue_device("Owner")
    while begin():
        pass

    assert begin(device=device)
    assert sum(begin(device=device) for _ in range(50)) == ATTEMPTS_PER_NAME - 1


@pytest.mark.parametrize("device", ["", "x", "x:y:z", "\0"])
def test_device__forged__is_no_device(device: str) -> None:
    while begin():
        pass

    assert not begin(device=device)
    assert not begin(device=issue_device("merchandiser"))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9 , 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "203.0.113.9:50123", "203.0.113.9"),
        (1, "[2001:db8::1]:50123", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_address__behind_proxies__is_what_the_first_trusted_one_saw(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.AWASE_TRUSTED_PROXIES = proxies

    assert client_address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2345:6:7:8:9", "2001:db8:1:2300::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "unknown"),
    ],
)
def test_network__of_an_address__is_what_a_client_cannot_change(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Too many failed attempts to sign in. Try again in 1 minute."),
        ("ja", "ログインの失敗が多すぎます。1分後"),
    ],
)
def test_page__too_many_failures__says_when_to_try_again(language: str, text: str) -> None:
    create_people()
    client = Client(headers={"Accept-Language": language})
    for _ in range(ATTEMPTS_PER_NAME):
        assert client.post(LOGIN, {"username": "owner", "password": "wrong"}).status_code == 200

    refused = client.post(LOGIN, {"username": "owner", "password": PASSWORD})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 60
    assert text in refused.content.decode()


@pytest.mark.django_db
def test_page__signed_in_before__strangers_cannot_lock_the_browser_out() -> None:
    create_people()
    own, stranger = Client(), Client()
    assert own.post(LOGIN, {"username": "owner", "password": PASSWORD}).status_code == 302
    own.post(reverse("admin:logout"))
    while stranger.post(LOGIN, {"username": "owner", "password": "wrong"}).status_code == 200:
        pass

    assert stranger.post(LOGIN, {"username": "owner", "password": PASSWORD}).status_code == 429
    assert own.post(LOGIN, {"username": "owner", "password": PASSWORD}).status_code == 302


@pytest.mark.django_db
def test_page__throttle_file_cannot_be_written__signs_in(settings: Settings, tmp_path: Path) -> None:
    create_people()
    folder = tmp_path / "file"
    folder.write_text("not a folder")
    settings.AWASE_THROTTLE_FILE = folder / "throttle.cells"

    assert Client().post(LOGIN, {"username": "owner", "password": PASSWORD}).status_code == 302
