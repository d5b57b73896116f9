"""GET /api/v1/offers answers as POST does for a guest, whatever the offers look at."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.models import Product
from offers.models import Audience, ContextValue, CustomerAttribute, Offer, Placement
from offers.models import ProductExclusion as Exclusion
from tests.offers.market import propose, publish, stock_shop
from tests.support.api_cast import Cast, body_of

URL = "/api/v1/offers"
DRY = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}
# What offers ask for, by their codes, and for whom they are shown on the page of bread.
CONDITIONS: dict[str, list[dict[str, Any]]] = {
    "always": [],
    "konbini": [{"type": "context", "op": "is", "name": "payment", "values": ["konbini"]}],
    "app": [{"type": "channel", "op": "is", "values": ["app"]}],
    "japan": [{"type": "country", "op": "is", "values": ["JP"]}],
    "japanese": [{"type": "locale", "op": "is", "values": ["ja"]}],
    "guest": [{"type": "known", "op": "is_not"}],
    "member": [{"type": "known", "op": "is"}],
    "dry": [DRY],
    "new": [{"type": "orders", "op": "at_most", "count": 0}],
    "empty-cart": [{"type": "cart_units", "op": "at_most", "count": 0}],
}
REQUESTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "payment": {"context": {"payment": "konbini"}},
    "unknown values": {"context": {"payment": "cash", "weather": "rain"}},
    "20 values": {"context": {f"v{n}": "x" for n in range(20)}},
    "app": {"channel": "app"},
    "country": {"country": "JP"},
    "Japanese": {"locale": "ja_JP"},
    "few": {"limit": 2},
    "unknown product": {"product": "nothing"},
    "all": {"context": {"payment": "konbini"}, "channel": "app", "country": "JP", "locale": "ja"},
}


@pytest.fixture(autouse=True)
def offers(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    """Offer each product under other conditions; mugs are restricted, and oolong is excluded."""
    stock_shop()
    adult = CustomerAttribute.objects.create(code="adult", name_en="Adult", type="yes_no")
    CustomerAttribute.objects.create(code="skin", name_en="Skin", type="text")
    ContextValue.objects.create(code="payment", name_en="Payment", type="choice", choices=["konbini", "card"])
    audience = Audience.objects.create(code="dry", name_en="Dry", conditions=when([DRY]))
    members = {"type": "audience", "op": "is_not", "audiences": [audience.pk]}
    Placement.objects.create(code="cart", name="Cart", slot_count=24)
    for code, nodes in {**CONDITIONS, "outsider": [members], "restricted": [], "excluded": []}.items():
        offer = Offer.objects.create(
            code=code, name=code, kind="cross_sell", currency="JPY", trigger_scope="everything",
            conditions=when(nodes) if nodes else None,
        )  # fmt: skip
        propose(offer, make_product(code))
    restricted = Exclusion.objects.create(
        name="Adults", effect="restricted", attribute=adult, attribute_equals="yes"
    )
    restricted.products.add(Product.objects.get(sku="restricted"))
    Exclusion.objects.create(name="Never", effect="all").products.add(Product.objects.get(sku="excluded"))
    publish()


def when(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": nodes}


def make_product(sku: str) -> Product:
    return Product.objects.create(sku=sku, name=sku, price_minor=500, currency="JPY", tax_rate_bp=800)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_page_offers__for_every_request__are_those_of_a_guest(cast: Cast, request_: dict[str, Any]) -> None:
    sent = {"placement": "cart", "product": "bread", **request_}
    query = {name: json.dumps(value) if name == "context" else value for name, value in sent.items()}

    got = body_of(cast.page.get(f"{URL}?{urlencode(query)}"))
    posted = body_of(cast.page.post(URL, sent))

    assert (got["offers"], got["notes"]) == (posted["offers"], posted["notes"])


def test_page_offers__conditions_on_the_shopper_and_restricted_goods__are_as_for_a_guest(cast: Cast) -> None:
    shown = {
        name: {offer["offer"] for offer in body_of(cast.page.get(f"{URL}?placement=cart{query}"))["offers"]}
        for name, query in (
            ("plain", ""),
            ("app", "&channel=app"),
            ("japanese", "&locale=ja"),
            ("japan", "&country=JP"),
            ("konbini", "&context=%7B%22payment%22%3A%22konbini%22%7D"),
        )
    }

    everybody = shown.pop("plain")
    assert {name: codes - everybody for name, codes in shown.items()} == {name: {name} for name in shown}
    assert {"always", "guest"} <= everybody
    assert not everybody & {"member", "dry", "restricted", "excluded"}
