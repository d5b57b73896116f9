"""Carts of products whose prices include tax and of others whose prices do not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from catalog.models import PriceChange, Product
from checkout.models import Quote, Refund
from engine.promise.frozen_quote import thaw
from offers.models import Offer
from tests.checkout.asking import ask, cart, told, yen
from tests.checkout.charging import charge
from tests.offers.market import butter_with_bread, from_3000_yen, propose, publish
from tests.support.api_cast import Cast, body_of

pytestmark = pytest.mark.django_db

ORDER = "/api/v1/orders/2026-1"


def sell(sku: str, price: int, rate: int, *, included: bool) -> Product:
    return Product.objects.create(
        sku=sku,
        name=sku.title(),
        price_minor=price,
        currency="JPY",
        tax_rate_bp=rate,
        is_tax_included=included,
    )


@pytest.fixture
def shelf() -> None:
    """Bread with tax, tea and a mug without."""
    sell("bread", 324, 800, included=True)
    sell("tea", 1000, 800, included=False)
    sell("mug", 1500, 1000, included=False)


def figures(line: Any) -> tuple[int, ...]:
    """Return a line's unit price, total, net, tax and gross."""
    return tuple(int(line[name]["amount"]) for name in ("list_unit_price", "total", "net", "tax", "gross"))


@pytest.mark.usefixtures("shelf")
def test_quote__mixed_cart_of_a_gross_shop__shows_every_price_with_its_own_tax(
    cast: Cast, settings: Settings
) -> None:
    settings.AWASE_TAX_DISPLAY = "gross"
    publish()

    quote = ask(cast.page, cart(bread=1, tea=1, mug=2))

    assert (quote["tax_included"], quote["notes"]) == (True, [])
    assert {line["sku"]: figures(line) for line in quote["lines"]} == {
        "bread": (324, 324, 300, 24, 324),
        "tea": (1080, 1080, 1000, 80, 1080),
        "mug": (1650, 3300, 3000, 300, 3300),
    }
    assert quote["totals"]["gross"] == yen(4704)


@pytest.mark.usefixtures("shelf")
def test_quote__mixed_cart_of_a_net_shop__costs_the_same(cast: Cast, settings: Settings) -> None:
    settings.AWASE_TAX_DISPLAY = "net"
    publish()

    quote = ask(cast.page, cart(bread=1, tea=1, mug=2))

    assert not quote["tax_included"]
    assert {line["sku"]: figures(line) for line in quote["lines"]} == {
        "bread": (300, 300, 300, 24, 324),
        "tea": (1000, 1000, 1000, 80, 1080),
        "mug": (1500, 3000, 3000, 300, 3300),
    }
    assert (quote["totals"]["total"], quote["totals"]["gross"]) == (yen(4300), yen(4704))


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("display", ["gross", "net"])
def test_quote__mixed_cart__costs_what_its_lines_cost_alone(
    cast: Cast, settings: Settings, display: str
) -> None:
    settings.AWASE_TAX_DISPLAY = display
    sell("odd", 105, 1000, included=display == "net")
    publish()
    parts = {"bread": 3, "tea": 7, "odd": 10}

    alone = [ask(cast.page, cart(**{sku: count})) for sku, count in parts.items()]
    together = ask(cast.page, cart(**parts))

    for name in ("total", "net", "tax", "gross"):
        assert int(together["totals"][name]["amount"]) == sum(
            int(quote["totals"][name]["amount"]) for quote in alone
        )


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("first", "tax_included"), [("bread", True), ("tea", False)])
def test_quote__no_setting__shows_prices_as_the_first_product_has_them(
    cast: Cast, first: str, *, tax_included: bool
) -> None:
    for sku in {"bread", "tea", "mug"} - {first}:
        columns = Product.objects.filter(sku=sku).values().get() | {"id": None}
        Product.objects.filter(sku=sku).delete()
        Product.objects.create(**columns)
    publish()

    quote = ask(cast.page, cart(bread=1, tea=1))

    assert quote["tax_included"] is tax_included
    assert quote["totals"]["gross"] == yen(1404)


@pytest.mark.usefixtures("shelf")
def test_quote__client_shows_the_converted_price__agrees(cast: Cast) -> None:
    publish()

    quote = ask(cast.page, {"cart": [{"sku": "bread"}, {"sku": "tea", "unit_price": yen(1080)}]})

    assert quote["notes"] == []


@pytest.mark.usefixtures("shelf")
def test_offers__product_priced_without_tax__is_shown_at_what_it_costs_in_the_cart(cast: Cast) -> None:
    tea = Product.objects.get(sku="tea")
    goods = {"bread": Product.objects.get(sku="bread"), "butter": tea}
    butter_with_bread(goods)
    publish()

    response = cast.page.post("/api/v1/offers", {"placement": "cart", **cart(bread=1)})
    decision = body_of(response)
    quote = ask(cast.page, cart(bread=1, tea=1))

    (shown,) = decision["offers"]
    assert (shown["price"]["list"], shown["price"]["offer"]) == (yen(1080), yen(1000))
    (charged,) = [line for line in quote["lines"] if line["sku"] == "tea"]
    assert (charged["list"], charged["total"]) == (yen(1080), yen(1000))


@pytest.mark.usefixtures("shelf")
def test_quote__gift_priced_without_tax__is_worth_its_price_with_tax(cast: Cast) -> None:
    from_3000_yen(Product.objects.get(sku="mug"))
    publish()

    quote = ask(cast.page, cart(bread=10))

    gift = next(line for line in quote["lines"] if line["gift_of"])
    assert (gift["list"], gift["total"]) == (yen(1650), yen(0))


@pytest.mark.usefixtures("shelf")
def test_prior_price__of_a_product_priced_without_tax__includes_tax_when_shown_and_when_quoted(
    cast: Cast,
) -> None:
    tea, began = Product.objects.get(sku="tea"), now() - timedelta(days=2)
    goods = {"bread": Product.objects.get(sku="bread"), "butter": tea}
    butter_with_bread(goods, starts_at=began)
    PriceChange.objects.create(
        product=tea, price_minor=900, currency="JPY", changed_at=began - timedelta(days=40)
    )
    PriceChange.objects.create(
        product=tea, price_minor=1000, currency="JPY", changed_at=began - timedelta(days=1)
    )
    publish()

    decision = body_of(cast.page.post("/api/v1/offers", {"placement": "cart", **cart(bread=1)}))
    quote = ask(cast.page, cart(bread=1, tea=1))

    assert decision["offers"][0]["price"]["prior"] == yen(972)
    assert {line["sku"]: line["prior_price"] for line in quote["lines"]} == {"bread": None, "tea": yen(972)}


@pytest.mark.usefixtures("shelf")
def test_quote__mode_changed_since__is_charged_and_refunded_as_quoted(cast: Cast, settings: Settings) -> None:
    settings.AWASE_TAX_DISPLAY = "gross"
    publish()
    quote = ask(cast.server, cart(bread=1, tea=1))
    settings.AWASE_TAX_DISPLAY = "net"
    publish()

    frozen = thaw(Quote.objects.get().content)

    assert (frozen.cart.tax_included, frozen.rules.tax_included) == (True, True)
    assert quote["totals"]["gross"] == yen(frozen.priced.gross_minor)
    assert told(quote) == {}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("display", "shown_at"), [("gross", 1650), ("net", 1500)])
def test_mixed_cart__from_its_offers_to_its_refund__charges_what_was_shown(
    cast: Cast, settings: Settings, display: str, shown_at: int
) -> None:
    settings.AWASE_TAX_DISPLAY = display
    offer = Offer.objects.create(
        code="mug", name="Mug", kind="cross_sell", currency="JPY", benefit_kind="percent", benefit_value=1000
    )
    propose(offer, Product.objects.get(sku="mug"))
    publish()
    lines = [{"sku": "bread", "quantity": 1, "id": "b"}, {"sku": "tea", "quantity": 2, "id": "t"}]

    page = body_of(cast.page.post("/api/v1/offers", {"placement": "cart", "cart": lines_of(lines)}))
    (shown,) = page["offers"]
    accepted = {"decision_id": page["decision_id"], "offer": "mug", "position": shown["position"]}
    lines.append({"sku": "mug", "quantity": 1, "id": "m"})
    charged = charge(cast.server, "2026-1", {"cart": lines, "accept": [accepted]})
    refunds = [refund(cast, lines=[{"id": own}]) for own in ("m", "b", "t")]
    rest = refund(cast, cancelled=True)

    # 10% off the mug: 1,350 and 135 tax. Bread is 300 and 24 tax, each tea 1,000 and 80.
    price = shown["price"]
    assert [price[name] for name in ("list", "offer", "added")] == [
        yen(shown_at),
        *[yen(shown_at * 9 // 10)] * 2,
    ]
    assert {line["sku"]: (line["net"], line["tax"]) for line in charged["lines"]} == {
        "bread": (yen(300), yen(24)),
        "tea": (yen(2000), yen(160)),
        "mug": (yen(1350), yen(135)),
    }
    assert charged["paid"] == yen(3969)
    assert [(one["net"], one["tax"]) for one in refunds] == [
        (yen(1350), yen(135)),
        (yen(300), yen(24)),
        (yen(1000), yen(80)),
    ]
    assert (rest["amount"], rest["refunded"]) == (yen(1080), yen(3969))
    order = body_of(cast.server.get(ORDER))
    assert (order["status"], order["paid"], order["refunded"]) == ("cancelled", yen(3969), yen(3969))


def refund(cast: Cast, **body: Any) -> Any:
    return body_of(cast.server.post(f"{ORDER}/refunds", body, Idempotency_Key=f"k-{Refund.objects.count()}"))


def lines_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines as an offers request names them."""
    return [{"sku": line["sku"], "quantity": line["quantity"]} for line in lines]
