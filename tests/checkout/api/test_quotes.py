"""POST /api/v1/quotes: exact prices that are guaranteed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from catalog.models import PriceChange, Product
from checkout.models import CustomerUsage, OfferUsage, Quote
from engine.pricing import price_cart
from engine.promise.frozen_quote import thaw
from offers.kinds.add_on.models import AddOnOffer
from offers.models import CuratedProduct, Customer, PromotionCode
from tests.checkout.asking import URL, ask, cart, told, yen
from tests.offers.market import (
    butter_with_bread,
    from_3000_yen,
    publish,
    stock_shop,
    tea_by_the_three,
)
from tests.support.api_cast import Cast, problem_of
from tests.support.refusals import refuse


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def test_quote__of_three_teas__is_the_worked_example(cast: Cast, goods: dict[str, Product]) -> None:
    tea_by_the_three(goods["tea"])
    publish()

    quote = ask(cast.page, cart(tea=3))

    (line,) = quote["lines"]
    assert (line["sku"], line["quantity"], line["list"], line["total"]) == ("tea", 3, yen(3000), yen(2700))
    assert [(units["quantity"], units["unit_price"]["amount"]) for units in line["units"]] == [
        (1, "1000"),
        (1, "900"),
        (1, "800"),
    ]
    assert line["taken"] == [{"offer": "tea-3", "amount": yen(300)}]
    # 2700 with 8 % tax in it: 2700 × 8 ÷ 108.
    assert (line["net"], line["tax"], line["gross"]) == (yen(2500), yen(200), yen(2700))
    assert quote["totals"]["gross"] == yen(2700)
    assert told(quote) == {"tea-3": "applied"}


def test_quote__without_any_offer__is_the_list_price(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    publish()

    quote = ask(cast.server, cart(bread=2, jam=1))

    assert (quote["totals"]["list"], quote["totals"]["total"]) == (yen(1290), yen(1290))
    assert (quote["offers"], quote["notes"], quote["tax_included"]) == ([], [], True)
    assert Quote.objects.values_list("total_minor", "key__kind").get() == (1290, "secret")


def test_quote__equal_lines__refer_to_the_lines_of_the_request(cast: Cast, goods: dict[str, Product]) -> None:
    tea_by_the_three(goods["tea"])
    publish()
    lines = [{"sku": "tea", "quantity": 2}, {"sku": "bread"}, {"sku": "ｔｅａ"}]

    quote = ask(cast.server, {"cart": lines})

    by_sku = {line["sku"]: line["of"] for line in quote["lines"]}
    assert by_sku["tea"] == [
        {"line": 0, "id": None, "quantity": 2, "total": yen(1900)},
        {"line": 2, "id": None, "quantity": 1, "total": yen(800)},
    ]
    assert by_sku["bread"] == [{"line": 1, "id": None, "quantity": 1, "total": yen(320)}]


def test_quote__client_price__is_ignored_and_noted(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    publish()
    prices = [yen(320), yen(1), {"amount": "320.5", "currency": "JPY"}, {"amount": "320", "currency": "USD"}]

    quote = ask(cast.page, {"cart": [{"sku": "bread", "unit_price": price} for price in prices]})

    assert quote["totals"]["total"] == yen(1280)
    assert [(note["code"], note["pointer"]) for note in quote["notes"]] == [
        ("price_changed", f"/cart/{line}/unit_price") for line in (1, 2, 3)
    ]


def test_quote__threshold_not_reached__reports_what_is_missing(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"])
    publish()

    quote = ask(cast.page, cart(tea=2, butter=1))

    (offer,) = quote["offers"]
    assert (offer["status"], offer["missing"]) == (
        "not_yet",
        [{"kind": "spend", "amount": yen(520), "count": None, "skus": []}],
    )


@pytest.mark.parametrize(
    ("declined", "hinted"),
    [
        ({}, {"from-3000", "tea-3"}),
        ({"offers": ["from-3000"]}, {"tea-3"}),
        ({"products": ["tea"]}, {"from-3000"}),
        ({"products": ["mug"]}, {"tea-3"}),
        ({"products": ["jam"]}, {"from-3000", "tea-3"}),
    ],
)
def test_quote__customer_declined_what_is_missing__gets_no_hint(
    cast: Cast, goods: dict[str, Product], declined: dict[str, Any], hinted: set[str]
) -> None:
    from_3000_yen(goods["mug"])
    tea_by_the_three(goods["tea"])
    refuse(Customer.objects.create(external_id="aki"), **declined, at=now())
    publish()

    quote = ask(cast.server, cart(tea=1) | {"customer": "aki"})

    assert {code for code, status in told(quote).items() if status == "not_yet"} == hinted


def test_quote__gift__is_a_line_of_its_own_while_in_stock(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"])
    publish()

    given = ask(cast.page, cart(tea=3))
    Product.objects.filter(sku="mug").update(stock=0)
    gone = ask(cast.page, cart(tea=3))

    gift = next(line for line in given["lines"] if line["gift_of"])
    assert (gift["sku"], gift["gift_of"], gift["total"], gift["of"]) == ("mug", "from-3000", yen(0), [])
    assert (told(given), told(gone)) == ({"from-3000": "applied"}, {"from-3000": "limit_reached"})
    assert [line["sku"] for line in gone["lines"]] == ["tea"]
    assert gone["offers"][0]["cuts"] == ["gift_sold_out"]


def test_quote__gift_sold_out__leaves_the_rest_of_the_reward(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"], gives_free_shipping=True, benefit_kind="percent", benefit_value=1000)
    Product.objects.filter(sku="mug").update(stock=0)
    publish()

    quote = ask(cast.page, cart(tea=3))

    (offer,) = quote["offers"]
    assert (offer["status"], offer["discount"], offer["free_shipping"]) == ("applied", yen(300), True)
    assert offer["cuts"] == ["gift_sold_out"]
    assert [(note["code"], note["pointer"]) for note in quote["notes"]] == [
        ("gift_sold_out", "/offers/from-3000")
    ]
    assert [line["sku"] for line in quote["lines"]] == ["tea"]
    frozen = thaw(Quote.objects.get().content)
    assert price_cart(cart=frozen.cart, offers=frozen.index, rules=frozen.rules).lines == frozen.priced.lines


LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "uses": ({"usage_limit": 5}, "limit_reached"),
    "budget": ({"budget_minor": 479}, "limit_reached"),
    "enough budget": ({"budget_minor": 480}, "applied"),
    "uses per customer": ({"customer_usage_limit": 1}, "limit_reached"),
    "more uses a customer": ({"customer_usage_limit": 2, "usage_limit": 6}, "applied"),
}


@pytest.mark.parametrize(("limits", "status"), LIMITS.values(), ids=LIMITS)
def test_quote__of_a_limited_offer__considers_what_is_left(
    cast: Cast, goods: dict[str, Product], limits: dict[str, Any], status: str
) -> None:
    offer = butter_with_bread(goods, **limits)
    aki = Customer.objects.create(external_id="aki")
    OfferUsage.objects.create(offer=offer, used_count=5, spent_minor=400)
    CustomerUsage.objects.create(offer=offer, customer=aki, used_count=1)
    publish()

    quote = ask(cast.server, cart(bread=1, butter=1) | {"customer": "aki"})

    assert told(quote) == {"butter": status}
    assert quote["totals"]["discount"] == yen(80 if status == "applied" else 0)


def test_quote__limit_per_customer_without_a_customer__is_not_eligible(
    cast: Cast, goods: dict[str, Product]
) -> None:
    offer = butter_with_bread(goods, customer_usage_limit=1)
    PromotionCode.objects.create(offer=offer, code="SPREAD")
    publish()

    quote = ask(cast.page, cart(bread=1, butter=1) | {"codes": ["spread"]})

    (outcome,) = quote["offers"]
    assert (outcome["status"], outcome["reason"]) == ("not_eligible", "customer_needed")


def test_quote__limit_per_customer_with_a_new_customer__applies(
    cast: Cast, goods: dict[str, Product]
) -> None:
    butter_with_bread(goods, customer_usage_limit=1)
    publish()

    quote = ask(cast.server, cart(bread=1, butter=1) | {"customer": "new"})

    assert (told(quote), quote["totals"]["discount"]) == ({"butter": "applied"}, yen(80))


def test_quote__offer_with_a_code__applies_with_the_code(cast: Cast, goods: dict[str, Product]) -> None:
    PromotionCode.objects.create(offer=butter_with_bread(goods), code="SPREAD-1")
    publish()
    body = cart(bread=1, butter=1)

    without = ask(cast.page, body)
    with_it = ask(cast.page, body | {"codes": [" ｓpread-1 ", "WRONG"]})

    assert (without["offers"], without["totals"]["discount"]) == ([], yen(0))
    assert (told(with_it), with_it["totals"]["discount"]) == ({"butter": "applied"}, yen(80))
    (note,) = with_it["notes"]
    assert (note["code"], note["pointer"]) == ("unknown_code", "/codes/1")


@pytest.mark.parametrize(("subtotal", "status"), [(800, "applied"), (801, "not_yet")])
def test_quote__offer_from_a_cart_value__reports_what_is_missing(
    cast: Cast, goods: dict[str, Product], subtotal: int, status: str
) -> None:
    butter_with_bread(goods, min_subtotal_minor=subtotal)
    publish()

    (offer,) = ask(cast.page, cart(bread=1, butter=1))["offers"]

    assert offer["status"] == status
    assert [missing["amount"] for missing in offer["missing"]] == ([yen(1)] if status == "not_yet" else [])


@pytest.mark.parametrize(("options", "told_of"), [(2, {}), (3, {"extra": "too_many_options"})])
def test_quote__more_options_than_allowed__is_reported(
    cast: Cast, goods: dict[str, Product], options: int, told_of: dict[str, str]
) -> None:
    offer = AddOnOffer.objects.create(code="extra", kind="add_on", currency="JPY", max_count=2)
    offer.trigger_products.add(goods["tea"])
    CuratedProduct.objects.create(offer=offer, product=goods["jam"])
    publish()

    quote = ask(cast.page, {"cart": [{"sku": "tea", "options": [{"sku": "jam", "quantity": options}]}]})

    assert {one["offer"]: one["reason"] for one in quote["offers"] if one["reason"]} == told_of


def test_quote__audience__is_respected(cast: Cast, goods: dict[str, Product]) -> None:
    butter_with_bread(goods, audience="known")
    publish()

    quotes = [ask(cast.server, cart(bread=1, butter=1) | who) for who in ({}, {"customer": "new"})]

    assert [quote["totals"]["discount"] for quote in quotes] == [yen(0), yen(80)]
    assert Quote.objects.order_by("-pk")[0].customer == Customer.objects.get(external_id="new")


def test_quote__reduced_line__shows_the_lowest_price_of_the_30_days_before(
    cast: Cast, goods: dict[str, Product]
) -> None:
    began = now() - timedelta(days=2)
    butter_with_bread(goods, starts_at=began)
    for days, price in ((40, 300), (20, 450), (1, 480)):
        PriceChange.objects.create(
            product=goods["butter"],
            currency="JPY",
            price_minor=price,
            changed_at=began - timedelta(days=days),
        )
    publish()

    quote = ask(cast.page, cart(bread=1, butter=1))

    assert {line["sku"]: line["prior_price"] for line in quote["lines"]} == {
        "bread": None,
        "butter": yen(300),
    }


def test_quote__number_of_queries__is_constant(
    cast: Cast, goods: dict[str, Product], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tea_by_the_three(goods["tea"], usage_limit=5, customer_usage_limit=1)
    from_3000_yen(goods["mug"], usage_limit=5)
    butter_with_bread(goods, usage_limit=5)
    Customer.objects.create(external_id="aki")
    publish()

    with django_assert_max_num_queries(9):
        ask(cast.server, cart(tea=3, bread=1, butter=1) | {"customer": "aki"})


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no cart": ({}, "/cart", "required"),
    "empty cart": ({"cart": []}, "/cart", "bad_length"),
    "201 lines": ({"cart": [{"sku": "bread"}] * 201}, "/cart", "bad_length"),
    "1,005 lines with their options": (
        {"cart": [{"sku": "bread", "options": [{"sku": "jam"}] * 14}] * 67},
        "/cart",
        "out_of_range",
    ),
    "unknown SKU": ({"cart": [{"sku": "ufo"}]}, "/cart/0/sku", "unknown_sku"),
    "unknown option": (
        {"cart": [{"sku": "bread", "options": [{"sku": "ufo"}]}]},
        "/cart/0/options/0/sku",
        "unknown_sku",
    ),
    "quantity 0": ({"cart": [{"sku": "bread", "quantity": 0}]}, "/cart/0/quantity", "out_of_range"),
    "interval 0": ({"cart": [{"sku": "bread", "interval_days": 0}]}, "/cart/0/interval_days", "out_of_range"),
    "cycle 0": (
        {"cart": [{"sku": "bread", "interval_days": 30, "cycle": 0}]},
        "/cart/0/cycle",
        "out_of_range",
    ),
    "price float": ({"cart": [{"sku": "bread", "unit_price": 320.0}]}, "/cart/0/unit_price", "wrong_type"),
    "unknown field": ({"cart": [{"sku": "bread", "price": 1}]}, "/cart/0/price", "unknown_field"),
    "cycle of no subscription": (
        {"cart": [{"sku": "tea", "interval_days": 30, "cycle": 2}, {"sku": "bread", "cycle": 1}]},
        "/cart/1/cycle",
        "interval_required",
    ),
    "currency": (cart(bread=1) | {"currency": "USD"}, "/currency", "other_currency"),
    "currency of one line": (cart(bread=1, gum=1) | {"currency": "USD"}, "/cart/0/sku", "other_currency"),
    "no currency": (cart(bread=1) | {"currency": "XYZ"}, "/currency", "unknown_currency"),
    "no currency, no product": (cart(ufo=1) | {"currency": "XYZ"}, "/currency", "unknown_currency"),
    "currency text": (cart(bread=1) | {"currency": "yen"}, "/currency", "bad_format"),
    "dollars": ({"cart": [{"sku": "bread"}, {"sku": "gum"}]}, "/cart/1/sku", "other_currency"),
    "beyond all worth": ({"cart": [{"sku": "yacht", "quantity": 1_000_000}]}, "/cart", "out_of_range"),
    "beyond all worth with tax": ({"cart": [{"sku": "isle"}]}, "/cart", "out_of_range"),
    "forged decision": (
        cart(bread=1) | {"accept": [{"decision_id": "AAAA", "offer": "x"}]},
        "/accept/0/decision_id",
        "decision_invalid",
    ),
    "code": (cart(bread=1) | {"codes": [""]}, "/codes/0", "bad_format"),
    "21 codes": (cart(bread=1) | {"codes": ["A"] * 21}, "/codes", "bad_length"),
    "customer": (cart(bread=1) | {"customer": " "}, "/customer", "bad_format"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_quote__invalid_field__is_named_and_no_quote_stored(
    cast: Cast, goods: dict[str, Product], body: dict[str, Any], pointer: str, code: str
) -> None:
    del goods
    Product.objects.create(sku="gum", name="Gum", price_minor=1, currency="USD")
    Product.objects.create(sku="yacht", name="Yacht", price_minor=2**50, currency="JPY")
    Product.objects.create(
        sku="isle", name="Isle", price_minor=2**53 - 1, currency="JPY", is_tax_included=False, tax_rate_bp=800
    )
    publish()

    errors = problem_of(cast.server.post(URL, body), 400, "invalid_request")["errors"]

    assert (errors[0]["pointer"], errors[0]["code"]) == (pointer, code)
    assert not Quote.objects.exists()


def test_quote__before_the_first_snapshot__is_503(cast: Cast) -> None:
    problem_of(cast.server.post(URL, cart(bread=1)), 503, "not_ready")


def test_quote__line_of_a_response_sent_back__is_accepted(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    publish()
    line = ask(cast.server, cart(bread=1))["lines"][0]
    said = {name: line[name] for name in ("sku", "quantity", "interval_days", "cycle", "options")}

    assert ask(cast.server, {"cart": [said]})["lines"][0] == line


def test_quote__from_another_origin_or_without_a_key__is_refused(cast: Cast) -> None:
    problem_of(cast.page.post(URL, cart(bread=1), Origin="https://evil.example"), 403, "origin_not_allowed")
    problem_of(cast.nobody.post(URL, cart(bread=1)), 401, "key_required")
