"""POST /api/v1/quotes with accepted proposals: the price that was shown, for the products in the cart."""

from typing import Any

import pytest
from django.utils.timezone import now

from catalog.models import Product
from checkout.models import OfferUsage, Quote
from engine.pricing import price_cart
from engine.promise.frozen_quote import thaw
from offers.kinds.add_on.models import AddOnOffer
from offers.models import Offer
from tests.checkout.asking import URL, ask, cart, decide, told, yen
from tests.offers.market import (
    butter_with_bread,
    menu_of,
    oolong_for_tea,
    publish,
    stock_shop,
    tea_by_the_three,
)
from tests.support.api_cast import Cast, problem_of


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


@pytest.mark.parametrize("exchanged_by", ["the quote", "the storefront"])
def test_quote__accepted_upgrade__costs_what_was_shown(
    cast: Cast, goods: dict[str, Product], exchanged_by: str
) -> None:
    oolong_for_tea(goods)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=2), "offer": "oolong"}]
    held = cart(tea=2) if exchanged_by == "the quote" else cart(oolong=2)

    quote = ask(cast.page, held | {"accept": accept})

    (line,) = quote["lines"]
    assert (line["sku"], line["quantity"], line["total"]) == ("oolong", 2, yen(2600))
    assert line["of"] == [{"line": 0, "id": None, "quantity": 2, "total": yen(2600)}]
    assert told(quote) == {"oolong": "applied"}


@pytest.mark.parametrize(("held", "total"), [("tea", 2000), ("oolong", 3000)])
def test_quote__accepted_upgrade_at_its_limit__leaves_the_cart_unchanged(
    cast: Cast, goods: dict[str, Product], held: str, total: int
) -> None:
    offer = oolong_for_tea(goods, usage_limit=1)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=2), "offer": "oolong"}]
    OfferUsage.objects.create(offer=offer, used_count=1)

    quote = ask(cast.page, cart(**{held: 2}) | {"accept": accept})

    (line,) = quote["lines"]
    assert (line["sku"], line["quantity"], line["total"]) == (held, 2, yen(total))
    assert told(quote) == {"oolong": "limit_reached"}
    frozen = thaw(Quote.objects.get().content)
    again = price_cart(cart=frozen.cart, offers=frozen.index, rules=frozen.rules)
    assert again.lines == frozen.priced.lines


def test_quote__upgrade_at_its_limit__offers_on_the_product_that_stays_are_limited_too(
    cast: Cast, goods: dict[str, Product]
) -> None:
    upgrade = oolong_for_tea(goods, usage_limit=1)
    tiers = tea_by_the_three(goods["tea"], usage_limit=1)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=3), "offer": "oolong"}]
    for offer in (upgrade, tiers):
        OfferUsage.objects.create(offer=offer, used_count=1)

    quote = ask(cast.page, cart(tea=3) | {"accept": accept})

    assert quote["totals"]["total"] == yen(3000)
    assert told(quote) == {"oolong": "limit_reached", "tea-3": "limit_reached"}


def test_quote__upgrade_not_accepted__is_not_listed(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()

    quote = ask(cast.page, cart(tea=1, oolong=1))

    assert (quote["offers"], quote["totals"]["total"]) == ([], yen(2500))


def test_quote__accepted_offer_that_ended__has_expired(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]
    Offer.objects.update(is_active=False)
    publish()

    quote = ask(cast.page, cart(tea=1) | {"accept": accept})

    assert (told(quote), quote["totals"]["total"]) == ({"oolong": "expired"}, yen(1000))


def test_quote__accepted_product_no_longer_sold__has_expired(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]
    goods["oolong"].delete()
    publish()

    quote = ask(cast.page, cart(tea=1) | {"accept": accept})

    assert (told(quote), quote["totals"]["total"]) == ({"oolong": "expired"}, yen(1000))


def test_quote__accepted_offer_with_changed_terms__is_noted(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]
    Offer.objects.update(benefit_value=1400, version=2)
    publish()

    quote = ask(cast.page, cart(tea=1) | {"accept": accept})

    assert [(note["code"], note["pointer"]) for note in quote["notes"]] == [
        ("offer_changed", "/accept/0/offer")
    ]
    assert quote["totals"]["total"] == yen(1400)


@pytest.mark.parametrize(
    ("held", "status", "total"),
    [({"bread": 1, "butter": 1}, "applied", 720), ({"bread": 1}, "not_yet", 320)],
    ids=["in the cart", "not in it"],
)
def test_quote__accepted_cross_sell__prices_the_product_in_the_cart(
    cast: Cast, goods: dict[str, Product], held: dict[str, int], status: str, total: int
) -> None:
    butter_with_bread(goods, needs_acceptance=True)
    publish()
    accept = [{"decision_id": decide(cast.page, bread=1), "offer": "butter"}]

    quote = ask(cast.page, cart(**held) | {"accept": accept})
    unaccepted = ask(cast.page, cart(**held))

    assert (told(quote), quote["totals"]["total"]) == ({"butter": status}, yen(total))
    assert unaccepted["totals"]["discount"] == yen(0)


@pytest.mark.parametrize("twice", [{}, {"position": 1}], ids=["the same way", "with its position"])
def test_quote__proposal_accepted_twice__counts_once(
    cast: Cast, goods: dict[str, Product], twice: dict[str, int]
) -> None:
    butter_with_bread(goods, needs_acceptance=True)
    publish()
    accept = {"decision_id": decide(cast.page, bread=2), "offer": "butter"}

    quote = ask(cast.page, cart(bread=2, butter=2) | {"accept": [accept, accept | twice]})

    assert quote["totals"]["discount"] == yen(80)


def test_quote__offer_not_in_the_decision__is_named(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "butter"}]

    response = cast.page.post(URL, cart(tea=1) | {"accept": accept})

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/accept/0/offer", "not_in_decision")


def with_options(sku: str, *options: str, quantity: int = 1) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "options": [{"sku": option} for option in options]}


def laid_out(quote: Any) -> list[tuple[str, int, list[str]]]:
    """Return the lines that are not options: SKU, units, the options on each."""
    return [
        (line["sku"], line["quantity"], [option["sku"] for option in line["options"]])
        for line in quote["lines"]
        if line["parent"] is None
    ]


def dropped(quote: Any) -> list[str]:
    return [note["pointer"] for note in quote["notes"] if note["code"] == "option_dropped"]


@pytest.fixture
def menus(goods: dict[str, Product]) -> dict[str, Product]:
    """Sell jam with tea and oolong, bread with tea only; butter has no options."""
    oolong_for_tea(goods)
    menu_of([goods["tea"], goods["oolong"]], [goods["jam"]])
    menu_of([goods["tea"]], [goods["bread"]])
    publish()
    return goods


def test_quote__upgrade_of_units_with_options__keeps_options_of_the_better_product(
    cast: Cast, menus: dict[str, Product]
) -> None:
    del menus
    accept = [{"decision_id": decide(cast.page, tea=3), "offer": "oolong"}]
    lines = [with_options("tea", "bread", "jam", quantity=2), with_options("tea", "butter")]

    quote = ask(cast.page, {"cart": lines, "accept": accept})

    assert laid_out(quote) == [("oolong", 1, ["butter"]), ("oolong", 2, ["jam"])]
    assert dropped(quote) == ["/cart/0/options/0"]
    assert [line["of"][0]["line"] for line in quote["lines"] if line["of"]] == [1, 0]
    # 3 × 1,300, 2 × 650 of jam, 480 of butter; no bread.
    assert quote["totals"]["total"] == yen(3900 + 1300 + 480)


def test_quote__upgrade_made_by_the_storefront__keeps_options_on_the_better_product(
    cast: Cast, menus: dict[str, Product]
) -> None:
    del menus
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]

    quote = ask(cast.page, {"cart": [with_options("oolong", "bread", "jam")], "accept": accept})

    assert laid_out(quote) == [("oolong", 1, ["bread", "jam"])]
    assert (dropped(quote), told(quote)["oolong"]) == ([], "applied")
    assert quote["totals"]["total"] == yen(1300 + 320 + 650)


def test_quote__upgrade_at_its_limit__keeps_the_options(cast: Cast, menus: dict[str, Product]) -> None:
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]
    Offer.objects.filter(code="oolong").update(usage_limit=1)
    publish()
    OfferUsage.objects.create(offer=Offer.objects.get(code="oolong"), used_count=1)
    del menus

    quote = ask(cast.page, {"cart": [with_options("tea", "bread")], "accept": accept})

    assert (laid_out(quote), dropped(quote)) == ([("tea", 1, ["bread"])], [])


def test_quote__add_on_offer_that_ended__binds_no_option(cast: Cast, menus: dict[str, Product]) -> None:
    del menus
    AddOnOffer.objects.filter(code="menu-1").update(ends_at=now())
    publish()
    accept = [{"decision_id": decide(cast.page, tea=1), "offer": "oolong"}]

    quote = ask(cast.page, {"cart": [with_options("tea", "bread")], "accept": accept})

    assert (laid_out(quote), dropped(quote)) == ([("oolong", 1, ["bread"])], [])
