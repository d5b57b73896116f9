"""A host that passed Django's checks is not checked again, and no other passes because of it."""

import re

import pytest
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.test import RequestFactory
from pytest_django import Settings

from gateway.api.hosts import HostCheck


class Counting(CommonMiddleware):
    """The common middleware; counts what it checks."""

    def __init__(self) -> None:
        super().__init__(lambda _request: HttpResponse())
        self.checked_count = 0

    def process_request(self, request: HttpRequest) -> None:
        """Count the request and check it."""
        self.checked_count += 1
        super().process_request(request)


def request_to(host: str, **headers: str) -> HttpRequest:
    """Return a call to a host."""
    return RequestFactory().get("/api/v1/offers", headers={"Host": host, **headers})


@pytest.fixture
def common(settings: Settings) -> Counting:
    """Return the middleware of a shop at one host."""
    settings.ALLOWED_HOSTS = ["shop.example"]
    return Counting()


def test_host_check__host_that_passed__is_checked_once(common: Counting) -> None:
    check = HostCheck(common)

    answers = [check(request_to("shop.example")) for _time in range(3)]

    assert (answers, common.checked_count) == ([None] * 3, 1)


def test_host_check__other_host_after_one_that_passed__is_refused_each_time(common: Counting) -> None:
    check = HostCheck(common)
    check(request_to("shop.example"))

    for _time in range(2):
        with pytest.raises(DisallowedHost):
            check(request_to("evil.example"))


def test_host_check__settings_change__checks_again(common: Counting, settings: Settings) -> None:
    check = HostCheck(common)
    check(request_to("shop.example"))

    settings.ALLOWED_HOSTS = ["other.example"]

    with pytest.raises(DisallowedHost):
        check(request_to("shop.example"))


def test_host_check__forwarded_hosts_count__checks_each(common: Counting, settings: Settings) -> None:
    settings.USE_X_FORWARDED_HOST = True
    check = HostCheck(common)
    check(request_to("shop.example"))

    with pytest.raises(DisallowedHost):
        check(request_to("shop.example", X_Forwarded_Host="evil.example"))


def test_host_check__user_agents_count__checks_each(common: Counting, settings: Settings) -> None:
    settings.DISALLOWED_USER_AGENTS = [re.compile("bot")]
    check = HostCheck(common)
    check(request_to("shop.example", User_Agent="browser"))

    with pytest.raises(PermissionDenied):
        check(request_to("shop.example", User_Agent="bot"))


def test_host_check__many_hosts__remembers_some_of_them(common: Counting, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [".shop.example"]
    check = HostCheck(common)

    for _round in range(2):
        for number in range(100):
            check(request_to(f"s{number}.shop.example"))

    assert common.checked_count == 100 + 36  # 64 are remembered
