"""The examples in the README match the demo."""

import json
import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.conf import settings

from checkout.api.shapes.quote import QuoteBody
from demo.plans.campaigns import OFFERS
from offers.api.shapes.offer import OffersAnswer, OffersRequest

README = (settings.BASE_DIR / "README.md").read_text()


@pytest.fixture
def shown() -> dict[str, Any]:
    """Return the response in the README."""
    found = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert found
    answer: dict[str, Any] = json.loads(found[1])
    return answer


def test_readme__commands__are_requests_that_the_api_accepts() -> None:
    offers, quote, own = re.findall(r"-d '(\{.*?\})'\n", README)

    assert msgspec.json.decode(offers, type=OffersRequest).limit == 1
    assert msgspec.json.decode(own, type=OffersRequest).placement == "product_page"
    assert msgspec.json.decode(quote, type=QuoteBody).accept[0].offer == "pasta-night"


def test_readme__example_response__has_the_fields_of_the_api(shown: dict[str, Any]) -> None:
    answer = msgspec.convert(shown, OffersAnswer)

    assert set(shown["offers"][0]) == set(msgspec.to_builtins(answer.offers[0]))


def test_readme__example_offer__matches_the_demo(shown: dict[str, Any]) -> None:
    (offer,) = shown["offers"]

    (plan,) = [plan for plan in OFFERS if plan.code == offer["offer"]]

    assert (offer["headline"], offer["body"]) == (plan.headline_en, plan.body_en)
    assert offer["strategy"] in plan.strategies
    price = {name: Decimal(amount["amount"]) for name, amount in offer["price"].items()}
    assert price["saving"] == price["list"] * plan.benefit_value / 10_000
    assert price["offer"] == price["list"] - price["saving"]
