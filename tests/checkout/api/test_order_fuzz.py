"""Orders, their status and their refunds in any combination of values: never a server error."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout.models import Allocation
from tests.offers.market import stock_shop
from tests.support.api_cast import Cast

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/fuzz"
NUMBERS = count()  # keys are used once in all examples
STEPS = st.one_of(
    st.fixed_dictionaries(
        {"placed_at": st.sampled_from(["2026-11-20T09:30:00Z", "1970-01-01T00:00:00Z", "x", None])},
        optional={
            "status": st.sampled_from(["placed", "cancelled", "", None, 0, "shipped", "取消"]),
            "cancelled_at": st.sampled_from(
                ["2026-11-21T00:00:00Z", "1969-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "", None, 7]
            ),
            "shipping": st.sampled_from(
                [
                    None,
                    "500",
                    *(
                        {"amount": text, "currency": "JPY"}
                        for text in ("0", "500", "0.5", "9007199254740991")
                    ),
                    {"amount": "5", "currency": "USD"},
                ]
            ),
            "lines": st.lists(
                st.fixed_dictionaries(
                    {
                        "sku": st.sampled_from(["tea", "bread", "ufo"]),
                        "quantity": st.sampled_from([1, 3, 1_000_000]),
                        "unit_price": st.sampled_from(["0", "333", "9007199254740991"]),
                    },
                    optional={"id": st.sampled_from(["a", "b", " a", "é", "", None, 5])},
                ),
                max_size=3,
            ),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "lines": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "line": st.integers(-1, 3),
                        "id": st.sampled_from(["a", "b", " a", ""]),
                        "quantity": st.integers(0, 3),
                    },
                ),
                max_size=2,
            ),
            "amount": st.fixed_dictionaries(
                {
                    "amount": st.sampled_from(["0", "1", "0.1", "500", "9007199254740991", "9" * 16]),
                    "currency": st.sampled_from(["JPY", "USD", "XXQ"]),
                }
            ),
            "reason": st.sampled_from(["goodwill", "shipping", "return", None]),
            "cancelled": st.booleans(),
            "preview": st.booleans(),
        },
    ),
)


@pytest.fixture(autouse=True)
def goods(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    stock_shop()


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_order__any_steps__are_answered_without_a_server_error(cast: Cast, steps: list[Any]) -> None:
    for body in steps:
        if "placed_at" in body:
            response = cast.server.put(URL, body)
        else:
            response = cast.server.post(f"{URL}/refunds", body, Idempotency_Key=f"k-{next(NUMBERS)}")
        assert response.status_code < 500, (body, response.content)

    for allocation in Allocation.objects.all():
        assert 0 <= allocation.refunded_minor <= allocation.paid_minor
