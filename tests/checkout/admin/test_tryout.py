"""The try-out page: the offers shown, the reason for every offer, and the price of the cart."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from checkout.models import Quote
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import ContextValue, CuratedProduct, Customer, Offer, Placement, PromotionCode
from offers.services.snapshot import refresh_snapshot
from tests.support.admin_cast import Cast, sign_in
from tests.support.admin_shop import AT, build_catalogue


@pytest.fixture
def shop(db: None) -> list[Product]:
    """A tea that proposes another at a tenth off, and ¥500 off from ¥5,000 with a code."""
    del db
    teas = build_catalogue(5)
    place = Placement.objects.create(code="cart", name="Cart")
    sweet = Offer.objects.create(
        code="sweet",
        name="Sweet with tea",
        kind="cross_sell",
        currency="JPY",
        benefit_kind="percent",
        benefit_value=1000,
    )
    sweet.trigger_products.add(teas[0])
    sweet.strategies.create(strategy="curated", position=0)
    CuratedProduct.objects.create(offer=sweet, product=teas[1])
    reward = ThresholdOffer.objects.create(
        kind="threshold",
        lane="cart",
        code="five",
        name="Five hundred off",
        currency="JPY",
        at_least=5000,
        benefit_kind="amount",
        benefit_value=500,
    )
    PromotionCode.objects.create(offer=reward, code="FIVE")
    for offer in (sweet, reward):
        offer.placements.add(place)
    return teas


def ask(client: Client, *cart: tuple[Product, int], **fields: Any) -> str:
    """Return what the page answers, its white space plain."""
    data: dict[str, Any] = {"placement": "cart", "cart-TOTAL_FORMS": 6, "cart-INITIAL_FORMS": 0} | fields
    for row, (product, quantity) in enumerate(cart):
        data |= {f"cart-{row}-product": product.pk, f"cart-{row}-quantity": quantity}
    answer = client.get(reverse("tryout_answer"), data)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_tryout__of_a_cart__shows_proposals_reasons_and_price(shop: list[Product], cast: Cast) -> None:
    refresh_snapshot(at=AT)

    text = ask(cast.analyst, (shop[0], 2))

    assert "Gyokuro 1" in text
    assert "¥1,332" in text
    assert "shown at position 1" in text
    assert "The offer requires a promotion code." in text
    assert "¥1,960" in text


def test_tryout__with_a_code__shows_what_its_offer_gives_and_requires(
    shop: list[Product], cast: Cast
) -> None:
    refresh_snapshot(at=AT)

    few = ask(cast.analyst, (shop[0], 2), codes="five")
    many = ask(cast.analyst, (shop[0], 6), codes="other、 Ｆｉｖｅ")

    assert "¥3,040 more to go" in few
    assert "−¥500" in many
    assert "¥5,380" in many
    assert "The code does not exist or is not active." in many


def of_cart(*nodes: Any) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": list(nodes)}


RICH = {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"}
BY_PHONE = {"type": "context", "op": "is", "name": "device", "values": ["phone"]}
ON_LINE = {"type": "channel", "op": "is", "values": ["line"]}
ABROAD = {"type": "country", "op": "is_not", "values": ["JP"]}


@pytest.mark.parametrize(
    ("node", "language", "says"),
    [
        (RICH, "en", "Only for shoppers with at least ¥5,000 in the cart. The cart has ¥1,960."),
        (RICH, "ja", "条件：カートの金額が￥5,000以上。現在のカート：￥1,960。"),
        (BY_PHONE, "en", "Only for shoppers with Device phone. None was given."),
        (ON_LINE, "en", "Only for shoppers in the channel line. Here: web."),
        (ABROAD, "ja", "条件：国が日本以外。現在の値：日本。"),
    ],
)
def test_tryout__of_an_offer_that_is_not_shown__says_the_condition_and_what_it_saw(
    shop: list[Product], cast: Cast, node: Any, language: str, says: str
) -> None:
    del cast
    ContextValue.objects.create(code="device", name_en="Device", type="choice", choices=["phone", "tv"])
    Offer.objects.filter(code="sweet").update(conditions=of_cart(node))
    refresh_snapshot(at=AT)

    text = ask(sign_in("analyst", language), (shop[0], 2), channel="web", country="JP")

    assert says in text


def test_tryout__with_the_context_that_an_offer_needs__shows_it(shop: list[Product], cast: Cast) -> None:
    ContextValue.objects.create(code="device", name_en="Device", type="choice", choices=["phone", "tv"])
    ContextValue.objects.create(code="campaign", name_en="Campaign")
    Offer.objects.filter(code="sweet").update(conditions=of_cart(BY_PHONE, ON_LINE, ABROAD))
    refresh_snapshot(at=AT)
    fields = {"own-device": "phone", "own-campaign": "spring", "channel": "line", "country": "DE"}

    text = ask(cast.analyst, (shop[0], 2), **fields)

    assert "shown at position 1" in text
    assert "is none of its declared choices" not in text
    assert "<select" in cast.analyst.get(reverse("tryout")).text.split('name="own-campaign"')[0]


def test_tryout__with_a_choice_that_is_none__is_refused(shop: list[Product], cast: Cast) -> None:
    ContextValue.objects.create(code="device", name_en="Device", type="choice", choices=["phone"])
    refresh_snapshot(at=AT)

    assert "Select a valid choice" in ask(cast.analyst, (shop[0], 2), **{"own-device": "tv"})
    assert "Select a valid choice" in ask(cast.analyst, (shop[0], 2), country="XX")


def test_tryout__of_a_smallest_cart__says_what_the_cart_has(shop: list[Product], cast: Cast) -> None:
    Offer.objects.filter(code="sweet").update(min_subtotal_minor=5000)
    refresh_snapshot(at=AT)

    text = ask(cast.analyst, (shop[0], 2))

    assert "Only for shoppers with at least ¥5,000 in the cart. The cart has ¥1,960." in text


def test_tryout__records__nothing(shop: list[Product], cast: Cast) -> None:
    refresh_snapshot(at=AT)
    customer = Customer.objects.create(external_id="c-1")

    ask(cast.analyst, (shop[0], 2), customer=customer.pk)

    assert not Quote.objects.exists()


def test_tryout__at_another_time__shows_planned_offers(shop: list[Product], cast: Cast) -> None:
    Offer.objects.filter(code="sweet").update(starts_at=AT + timedelta(days=3650))
    refresh_snapshot(at=AT)

    today = ask(cast.analyst, (shop[0], 1))
    later = ask(cast.analyst, (shop[0], 1), at="2040-01-01T10:00")

    assert "outside its period" in today
    assert "shown at position 1" in later


def test_tryout__of_an_empty_context__lists_every_offer(shop: list[Product], cast: Cast) -> None:
    del shop
    refresh_snapshot(at=AT)

    text = ask(cast.analyst)

    assert "There are no offers" in text
    assert "No trigger product" in text
    assert "Add a product to the cart" in text


def test_tryout__before_the_first_snapshot__explains_it(shop: list[Product], cast: Cast) -> None:
    text = ask(cast.analyst, (shop[0], 1))

    assert "There is no snapshot yet" in text


@pytest.mark.parametrize(
    "fields",
    [
        {"placement": "nowhere"},
        {"at": "yesterday"},
        {"at": "2199-01-01T10:00"},
        {"customer": "x"},
        {"cart-0-quantity": 0},
        {"cart-0-product": "9" * 30},
        {"cart-TOTAL_FORMS": "x"},
    ],
)
def test_tryout__with_invalid_values__shows_the_errors(
    fields: dict[str, Any], shop: list[Product], cast: Cast
) -> None:
    del shop

    text = ask(cast.analyst, **fields)

    assert "errorlist" in text


def test_page__opened_for_a_customer__has_the_customer_selected(shop: list[Product], cast: Cast) -> None:
    customer = Customer.objects.create(external_id="c-77")

    text = cast.analyst.get(reverse("tryout"), {"customer": customer.pk, "product": shop[0].pk}).text
    broken = cast.analyst.get(reverse("tryout"), {"customer": "x", "product": "9" * 30, "placement": "?"})

    assert "c-77</option>" in text
    assert "Sencha 0" in text
    assert broken.status_code == 200


@pytest.mark.parametrize("name", ["tryout", "tryout_answer"])
def test_tryout__for_each_role__follows_the_permission_to_view_offers(
    name: str, shop: list[Product], cast: Cast
) -> None:
    del shop

    assert cast.merchandiser.get(reverse(name)).status_code == 200
    assert cast.outsider.get(reverse(name)).status_code == 403
    assert cast.stranger.get(reverse(name)).status_code == 302


def test_tryout__with_more_offers__makes_no_more_queries(shop: list[Product], cast: Cast) -> None:
    counts = []
    for added in (0, 12):
        for number in range(added):
            one = Offer.objects.create(code=f"o-{number}", name="O", kind="cross_sell", currency="JPY")
            one.placements.add(Placement.objects.get())
            one.strategies.create(strategy="curated", position=0)
            CuratedProduct.objects.create(offer=one, product=shop[4])
        refresh_snapshot(at=AT)
        ask(cast.analyst, (shop[0], 2))
        with CaptureQueriesContext(connection) as queries:
            ask(cast.analyst, (shop[0], 2))
        counts.append(len(queries))

    assert counts[0] == counts[1]
