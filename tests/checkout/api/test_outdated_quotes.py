"""Quotes of an incompatible version are refused by every endpoint."""

import pytest
from django.http import HttpResponse

from checkout.models import Allocation, Quote, Redemption, Refund
from tests.checkout.charging import charge, commit, quote, redeem, release
from tests.offers.market import publish, stock_shop
from tests.support.api_cast import Cast, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def goods(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    stock_shop()
    publish()


def outdate() -> None:
    Quote.objects.update(content=b"\xff")


def refund(cast: Cast) -> HttpResponse:
    return cast.server.post(
        "/api/v1/orders/2026-1/refunds", {"lines": [{"line": 0}]}, Idempotency_Key="return-1"
    )


def test_outdated_quote__is_not_redeemed(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    outdate()

    problem_of(redeem(cast.server, quote_id), 410, "quote_outdated")

    assert not Redemption.objects.exists()


def test_outdated_quote__reserved_before__is_released_but_not_charged(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    redeem(cast.server, quote_id)
    outdate()

    problem_of(commit(cast.server, quote_id, "2026-1"), 410, "quote_outdated")

    assert not Allocation.objects.exists()
    assert release(cast.server, quote_id).status_code == 200


def test_outdated_quote__charged_before__is_not_refunded(cast: Cast) -> None:
    quote_id = charge(cast.server, "2026-1", tea=1)["quote_id"]
    outdate()

    assert commit(cast.server, quote_id, "2026-1").status_code == 200
    problem_of(refund(cast), 410, "quote_outdated")

    assert not Refund.objects.exists()
