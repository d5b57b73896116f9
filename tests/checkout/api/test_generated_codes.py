"""Generated codes at the checkout: what they open, and what is said of those that open nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from offers.models import Audience, CodeBatch, Customer, CustomerAttribute, Offer
from offers.services.codes.revoke import restore_batch, revoke_batch, switch_code
from tests.checkout.charging import quote, redeem, release
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.offers.services.codes.batches import codes_of, generated
from tests.support.api_cast import Caller, Cast, body_of, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer() -> Offer:
    return butter_with_bread(stock_shop(), needs_code=True)


def batch_of(offer: Offer, **columns: Any) -> CodeBatch:
    """Generate two codes that the snapshot knows of."""
    batch = generated(offer, 2, **columns)
    publish()
    return batch


def said(who: Caller, *codes: str, **extra: Any) -> list[str]:
    """Return what a quote notes about these codes; the discount is given if and only if there is nothing."""
    answer = quote(who, {"codes": list(codes), **extra}, bread=1, butter=1)
    notes = [note["code"] for note in answer["notes"]]
    assert answer["totals"]["discount"]["amount"] == ("0" if notes else "80")
    return notes


def test_code__of_a_batch__opens_its_offer_in_any_writing(cast: Cast, offer: Offer) -> None:
    first, _second = codes_of(batch_of(offer))

    assert said(cast.server, f" {first.lower()} ") == []
    assert said(cast.page, first) == []
    assert said(cast.page, first[:-1]) == ["unknown_code"]


def test_code__redeemed__is_used_up_until_it_is_released(cast: Cast, offer: Offer) -> None:
    (code, _other) = codes_of(batch_of(offer))
    first, second = (quote(cast.server, {"codes": [code]}, bread=1, butter=1)["quote_id"] for _ in range(2))
    assert redeem(cast.server, first).status_code == 201

    problem = problem_of(redeem(cast.server, second), 409, "code_used_up")
    assert [error["pointer"] for error in problem["errors"]] == ["/offers/butter"]
    assert said(cast.server, code) == ["code_used_up"] == said(cast.page, code)

    assert body_of(release(cast.server, first))["state"] == "released"
    assert redeem(cast.server, second, "again").status_code == 201


@pytest.mark.parametrize(
    ("columns", "reason", "in_a_browser"),
    [
        ({"starts_at": now() + timedelta(days=1)}, "code_not_started", "unknown_code"),
        ({"ends_at": now() - timedelta(days=1)}, "code_expired", "code_expired"),
        ({"customer_limit": 1}, "code_customer_needed", "unknown_code"),
    ],
)
def test_code__that_opens_nothing__says_why_and_less_to_browsers(
    cast: Cast, offer: Offer, columns: dict[str, Any], reason: str, in_a_browser: str
) -> None:
    (code, _other) = codes_of(batch_of(offer, **columns))

    assert (said(cast.server, code), said(cast.page, code)) == ([reason], [in_a_browser])


def test_code__revoked__opens_nothing_until_it_is_restored(cast: Cast, offer: Offer) -> None:
    batch = batch_of(offer)
    one, other = codes_of(batch)
    assert switch_code(batch=batch, code=one, is_revoked=True)
    assert (said(cast.server, one), said(cast.page, one)) == (["code_revoked"], ["unknown_code"])
    assert said(cast.server, other) == []

    assert revoke_batch(batch=batch, at=now())
    assert said(cast.server, other) == ["code_revoked"]

    assert restore_batch(batch=batch)
    assert said(cast.server, other) == []


def test_code__of_a_customer__is_only_theirs_under_all_their_ids(cast: Cast, offer: Offer) -> None:
    aki = Customer.objects.create(external_id="aki")
    Customer.objects.create(external_id="aki-2", merged_into=aki)
    (code, _other) = codes_of(batch_of(offer, customer=aki))

    assert said(cast.server, code, customer="aki") == [] == said(cast.server, code, customer="aki-2")
    assert said(cast.server, code, customer="mari") == ["code_not_yours"]
    assert said(cast.server, code) == ["code_customer_needed"]
    assert said(cast.page, code) == ["unknown_code"]


def test_code__of_an_audience__is_for_its_customers_though_no_offer_names_it(
    cast: Cast, offer: Offer
) -> None:
    CustomerAttribute.objects.create(code="skin", name_en="skin", type="text")
    node = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}
    conditions = {"version": 1, "match": "all", "nodes": [node]}
    dry = Audience.objects.create(code="dry", name_en="Dry", conditions=conditions)
    Customer.objects.create(external_id="aki", attributes={"skin": "dry"})
    Customer.objects.create(external_id="mari", attributes={"skin": "oily"})
    Customer.objects.create(external_id="rin", attributes={"skin": "dry"}, is_personalised=False)
    (code, _other) = codes_of(batch_of(offer, audience=dry))

    answers = {who: said(cast.server, code, customer=who) for who in ("aki", "mari", "rin")}

    assert answers == {"aki": [], "mari": ["code_not_yours"], "rin": ["code_not_yours"]}


def test_customer__who_used_a_batch_as_often_as_possible__is_told(cast: Cast, offer: Offer) -> None:
    one, other = codes_of(batch_of(offer, customer_limit=1))
    body = {"codes": [one], "customer": "aki"}
    redeem(cast.server, quote(cast.server, body, bread=1, butter=1)["quote_id"])

    assert said(cast.server, other, customer="aki") == ["code_limit_reached"]
    assert said(cast.server, other, customer="mari") == []


def test_browser__that_tries_out_codes__is_slowed_down_and_the_server_is_not(
    cast: Cast, offer: Offer, settings: Any
) -> None:
    # One more every 30 seconds, which no test takes.
    settings.AWASE_UNKNOWN_CODES_PER_MINUTE = 2
    (code, _other) = codes_of(batch_of(offer))
    wrong = [f"WRONG-{number}" for number in range(2)]
    for _ in range(3):
        assert said(cast.page, code) == []
    said(cast.page, *wrong)

    body = {"cart": [{"sku": "bread"}], "codes": [code]}
    refused = cast.page.post("/api/v1/quotes", body)

    problem_of(refused, 429, "rate_limited")
    assert int(refused["Retry-After"]) >= 1
    assert len(said(cast.server, *wrong)) == 2
