"""POST /api/v1/customers/{id}/merge: two ids of one person."""

from datetime import timedelta
from typing import Any

import pytest

from checkout.models import CustomerUsage, Order, Quote
from checkout.services.customer_merge import move_rows
from checkout.services.redemption import RedemptionError, release_quote, reserve_quote
from engine.restraint import LedgerEntry, RestraintLedger
from offers.models import Customer, Event, Inquiry, SurveyAnswer
from offers.services.customer import load_known_customer
from offers.services.restraint.ledger import KnownLedger, Person, add_entries
from offers.services.restraint.refusals import refused_in
from tests.checkout.promises import NOON, promise, propose, reserve, sell
from tests.offers.customers import AT, answered, declare, inquiry, said
from tests.offers.reported import decided, report, sent
from tests.support.api_cast import Cast, body_of, problem_of

URL = "/api/v1/customers"


def merge(cast: Cast, survivor: str, other: str) -> Any:
    return body_of(cast.server.post(f"{URL}/{survivor}/merge", {"from": other}))


def put(cast: Cast, customer: str, **body: Any) -> None:
    assert cast.server.put(f"{URL}/{customer}", body).status_code in (200, 201)


def declined(customer: str, offer: str, *, days: int) -> None:
    person = Person(Customer.objects.get(external_id=customer).pk)
    at = int((AT - timedelta(days=days)).timestamp())
    add_entries(person=person, entries=[LedgerEntry(outcome="declined", at=at, scope="offer", subject=offer)])


def refused(customer: str) -> frozenset[str]:
    ledger = RestraintLedger.read(load_known_customer(external_id=customer).ledger)
    return refused_in(KnownLedger(ledger), at=AT).offers


def test_merge__what_both_know__is_of_the_survivor_and_the_newest_counts(cast: Cast) -> None:
    declare()
    put(cast, "old", attributes={"skin_type": "dry", "household": 2}, answers=[answered("daily")])
    put(cast, "new", attributes={"household": 3}, answers=[answered("weekly", "2026-11-19T00:00:00Z")])
    put(cast, "old", inquiries=[inquiry()], consents=[said(False, "2026-11-21T00:00:00Z")])
    put(cast, "new", consents=[said(True)])
    declined("old", "a", days=1)
    declined("old", "b", days=3)
    declined("new", "b", days=2)

    first, again = merge(cast, "new", "old"), merge(cast, "new", "old")

    assert (first["outcome"], again["outcome"]) == ("merged", "unchanged")
    assert (first["id"], first["merged_ids"]) == ("new", ["old"])
    assert first["attributes"] == {"household": 3, "skin_type": "dry"}
    assert [one["answer"] for one in first["answers"]] == ["daily"]
    assert len(first["inquiries"]) == 1
    assert (len(first["consents"]), first["in_force"]) == (2, {"marketing": {"all": False}})
    known = load_known_customer(external_id="old")
    assert known == load_known_customer(external_id="new")
    assert refused("new") == {"a", "b"}
    assert known.has_open_inquiry


def test_merge__orders_quotes_events_and_uses__are_moved(cast: Cast) -> None:
    bread, ten_off = sell(), propose(customer_usage_limit=5)
    for name in ("old", "new"):
        customer = Customer.objects.create(external_id=name)
        reserve(promise(bread, ten_off, customer=customer))
        Order.objects.create(order_id=name, customer=customer, placed_at=NOON, currency="JPY")
        report(sent(f"e-{name}", "impression", decided(), customer=name))

    merge(cast, "new", "old")

    new = Customer.objects.get(external_id="new")
    for model in (Order, Quote, Event):
        assert set(model.objects.values_list("customer", flat=True)) == {new.pk}
    assert CustomerUsage.objects.values_list("customer", "used_count").get() == (new.pk, 2)
    assert load_known_customer(external_id="old").own_uses == {ten_off.pk: 2}


def test_merge__late_calls_with_the_old_id__are_about_the_survivor(cast: Cast) -> None:
    bread, ten_off = sell(), propose(customer_usage_limit=5)
    old = Customer.objects.create(external_id="old")
    quote = promise(bread, ten_off, customer=old)
    merge(cast, "new", "old")

    report(sent("e-1", "decline", decided(), customer="old"))
    lines = [{"sku": "bread", "quantity": 1, "unit_price": "100"}]
    order = {"customer": "old", "placed_at": "2026-11-22T00:00:00Z", "lines": lines}
    assert cast.server.put("/api/v1/orders/o-1", order).status_code == 201
    for stranger in ("nobody", "new-2"):
        with pytest.raises(RedemptionError):
            reserve_quote(quote_id=quote, cart=None, customer=stranger, at=NOON)
    redeemed = reserve_quote(quote_id=quote, cart=None, customer="old", at=NOON)
    put(cast, "old", answers=[answered("daily")])

    new = Customer.objects.get(external_id="new")
    assert redeemed.quote.customer == new
    assert Event.objects.get().customer == new
    assert Order.objects.get().customer == new
    assert SurveyAnswer.objects.get().customer == new
    assert body_of(cast.server.get(f"{URL}/old"))["id"] == "new"
    assert refused("old")


def test_merge__chains_and_circles__end_at_one_survivor(cast: Cast) -> None:
    put(cast, "a", inquiries=[inquiry()])

    merge(cast, "b", "a")
    merge(cast, "c", "b")
    circle = merge(cast, "a", "c")

    assert (circle["id"], circle["outcome"], circle["merged_ids"]) == ("c", "unchanged", ["a", "b"])
    assert Inquiry.objects.get().customer.external_id == "c"
    assert Customer.objects.present().count() == 1


def test_merge__with_itself_or_nobody__is_refused(cast: Cast) -> None:
    for body, code in (({"from": "a"}, "out_of_range"), ({}, "required"), ({"from": " "}, "bad_format")):
        (error,) = problem_of(cast.server.post(f"{URL}/a/merge", body), 400, "invalid_request")["errors"]
        assert (error["pointer"], error["code"]) == ("/from", code)
    assert not Customer.objects.exists()


def test_move_rows__what_was_written_at_the_moment_of_the_merge__is_moved_later(cast: Cast) -> None:
    bread, ten_off = sell(), propose(customer_usage_limit=5)
    merge(cast, "new", "old")
    old, new = (Customer.objects.get(external_id=name) for name in ("old", "new"))
    quote = promise(bread, ten_off, customer=old)
    reserve(quote)
    Order.objects.create(order_id="late", customer=old, placed_at=NOON, currency="JPY")

    assert (move_rows(), move_rows()) == (3, 0)

    assert Order.objects.get().customer == new
    assert CustomerUsage.objects.values_list("customer", "used_count").get() == (new.pk, 1)
    release_quote(quote_id=quote, at=NOON)
    assert CustomerUsage.objects.get().used_count == 0
