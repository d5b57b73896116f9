"""The largest carts, in currencies of no, two and three decimals, charged and refunded exactly."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from catalog.models import Product
from checkout.models import AllocatedLine, Allocation, OrderLine
from tests.checkout.asking import ask
from tests.checkout.charging import commit, redeem
from tests.offers.market import publish
from tests.support.api_cast import Cast, body_of

pytestmark = pytest.mark.django_db
LINES, UNITS = 100, 999_999
# Currency, price of a unit, tax rate in hundredths of a percent, whether prices include it.
SHOPS: dict[str, tuple[str, str, int, bool]] = {
    "yen with tax": ("JPY", "1001", 800, True),
    "dollars and tax": ("USD", "19.99", 725, False),
    "dinars with tax": ("KWD", "12.345", 500, True),
    "dinars and tax": ("KWD", "0.001", 1000, False),
}


def half_up(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def amounts(figures: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(money["amount"]) for name, money in figures.items()}


@pytest.mark.parametrize(("currency", "price", "rate", "included"), SHOPS.values(), ids=SHOPS)
def test_quote__of_99_999_900_units__is_charged_and_refunded_exactly(
    cast: Cast, currency: str, price: str, rate: int, *, included: bool
) -> None:
    decimals = len(price.partition(".")[2])
    minor = int(Decimal(price).scaleb(decimals))
    columns = {"price_minor": minor, "tax_rate_bp": rate, "is_tax_included": included}
    Product.objects.create(sku="bulk", name="Bulk", currency=currency, **columns)
    publish()

    quote = ask(cast.server, {"cart": [{"sku": "bulk", "quantity": UNITS}] * LINES})
    redeem(cast.server, quote["quote_id"])
    charged = commit(cast.server, quote["quote_id"], "2026-1")
    back = cast.server.post("/api/v1/orders/2026-1/refunds", {"cancelled": True}, Idempotency_Key="c")

    total = Decimal(price) * UNITS * LINES
    tax = half_up(total * rate / ((10_000 + rate) if included else 10_000), decimals)
    gross = total if included else total + tax
    told = amounts(quote["totals"])
    assert (told["list"], told["tax"], told["gross"]) == (total, tax, gross)
    assert charged.status_code == 201
    assert amounts({"amount": body_of(back)["amount"]}) == {"amount": gross}
    assert OrderLine.objects.values_list("quantity", "unit_price_minor").get() == (UNITS * LINES, minor)
    assert AllocatedLine.objects.get().refunded_quantity == UNITS * LINES
    assert Allocation.objects.get().refunded_minor == int(gross.scaleb(decimals))
