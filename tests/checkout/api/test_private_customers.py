"""With personalisation off, nothing that is known of a customer leaves the database, whatever decides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils.timezone import now

from engine.learned.generations import PURCHASE
from engine.restraint import LedgerEntry
from offers.models import Customer, CustomerHistory
from offers.services.restraint.ledger import Person, add_entries
from tests.checkout.asking import URL, cart
from tests.offers.market import butter_with_bread, from_3000_yen, publish, stock_shop
from tests.support.api_cast import Caller, Cast
from tests.support.learned_facts import publish_customers

# In everything that is known of the customer: eight bytes, which are the number of a product too.
MARK = "Rooibos!"
WHO = {"customer": "aki", "visitor": "v-1"}
ROUTES: dict[str, Callable[[Caller], HttpResponse]] = {
    "offers": lambda who: who.post("/api/v1/offers", {"placement": "cart"} | cart(bread=1) | WHO),
    "page": lambda who: who.post("/api/v1/offers", {"placements": ["cart"]} | cart(bread=1) | WHO),
    "quote": lambda who: who.post(URL, cart(bread=1) | WHO),
}


@pytest.fixture(autouse=True)
def aki(db: None) -> Customer:  # noqa: ARG001 (a fixture asks for another by its name)
    """Return a customer of whom everything is known, in a shop whose offers ask for it."""
    goods = stock_shop()
    tree = {"type": "attribute", "op": "is", "name": "drinks", "values": [MARK]}
    butter_with_bread(goods, conditions={"version": 1, "match": "all", "nodes": [tree]})
    from_3000_yen(goods["mug"])
    publish()
    known = {"attributes": {"drinks": MARK}, "answers": {"taste": {"likes": MARK}}}
    aki = Customer.objects.create(external_id="aki", **known)
    number = int(np.frombuffer(MARK.encode(), np.int64)[0])
    bought = np.array([(number, 2, 20_000, 0.5, 0.5)], PURCHASE)
    CustomerHistory.objects.create(customer=aki, purchases=bought.tobytes())
    publish_customers([{"customer": aki, "due": [(number, 20_000, 3, 0.8, 30, 0)]}])
    seen = LedgerEntry("shown", int(now().timestamp()) - 1, subject=MARK)
    for person in (Person(aki.pk), Person(visitor="v-1")):
        add_entries(person=person, entries=[seen])
    return aki


@contextmanager
def queries() -> Iterator[list[tuple[str, Any]]]:
    """Collect the queries that read, with their parameters."""
    found: list[tuple[str, Any]] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT"):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield found


def told_by_the_database(asked: list[tuple[str, Any]]) -> bytes:
    """Return all that the queries return, as one text."""
    told = b""
    for sql, params in asked:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            values = [value for row in cursor.fetchall() for value in row]
        told += b" ".join(
            bytes(one) if isinstance(one, bytes | memoryview) else repr(one).encode() for one in values
        )
    return told


@pytest.mark.parametrize("route", ROUTES)
def test_customer__without_personalisation__is_not_read(cast: Cast, aki: Customer, route: str) -> None:
    for is_personalised in (True, False):
        Customer.objects.filter(pk=aki.pk).update(
            is_personalised=is_personalised, consents={"personalisation": {"all": is_personalised}}
        )
        with queries() as asked:
            answer = ROUTES[route](cast.server)

        assert answer.status_code in (200, 201)
        assert (MARK.encode() in told_by_the_database(asked)) is is_personalised
