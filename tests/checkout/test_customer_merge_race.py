"""Merges at the same time as each other and as everything that is written for the customers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from checkout.models import CustomerUsage, Order
from checkout.services.customer_merge import merge_customers, move_rows
from checkout.services.order import OrderInput, OrderLineInput, record_order
from offers.models import Customer, Event
from offers.services.customer_input import AnswerInput, CustomerInput
from offers.services.customer_update import update_customers
from offers.services.restraint.ledger import Person, read_ledger
from tests.checkout.promises import NOON, promise, propose, reserve, sell
from tests.offers.customers import AT
from tests.offers.reported import decided, report, sent

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = 300


def act(number: int, quote_id: str) -> Any:
    """Do one thing for the old or the new id: every fifth is a merge, in either direction."""
    who = ("old", "new")[number % 2]
    match number // 2 % 5:
        case 0:
            other = ("new", "old")[number % 2]
            return merge_customers(survivor=who, other=other)
        case 1:
            # Ledgers take entries of the same second for one event, which was reported for both.
            occurred_at = AT + timedelta(seconds=number)
            event = sent(f"e-{number}", "decline", decided(), customer=who, session=f"s-{number}")
            return report(replace(event, occurred_at=occurred_at), at=AT + timedelta(minutes=10))
        case 2:
            line = OrderLineInput(sku="bread", quantity=1, unit_price="10")
            return record_order(
                order=OrderInput(order_id=f"o-{number}", placed_at=NOON, lines=[line], customer=who), at=NOON
            )
        case 3:
            answer = AnswerInput(survey="s", question=f"q-{number}", answer="a", answered_at=AT)
            return update_customers(items=[CustomerInput(id=who, answers=(answer,))], at=AT)
        case _:
            return reserve(quote_id)


def test_merge_customers__of_300_calls_at_once__nothing_is_lost_or_counted_twice() -> None:
    bread, ten_off = sell(), propose(customer_usage_limit=1000)
    customers = [Customer.objects.create(external_id=name) for name in ("old", "new")]
    quotes = [promise(bread, ten_off, customer=customers[n % 2]) for n in range(CALLS)]

    def one(number: int) -> None:
        try:
            act(number, quotes[number])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(CALLS)))
    move_rows()

    survivor = Customer.objects.present().get()
    kinds = [number // 2 % 5 for number in range(CALLS)]
    assert Event.objects.filter(customer=survivor).count() == kinds.count(1)
    assert Order.objects.filter(customer=survivor).count() == kinds.count(2)
    assert survivor.survey_answers.count() == kinds.count(3)
    assert len(survivor.answers["s"]) == kinds.count(3)
    assert CustomerUsage.objects.values_list("customer", "used_count").get() == (survivor.pk, kinds.count(4))
    assert survivor.offer_uses == {str(ten_off.pk): kinds.count(4)}
    ledger = read_ledger(person=Person(survivor.pk))
    assert len(ledger) == kinds.count(1)
