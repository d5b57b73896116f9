"""What conditions may know of a customer, from the one row that a decision or a quote reads."""

from collections.abc import Iterator
from struct import iter_unpack
from typing import Any, Final

from msgspec.structs import replace

from engine.conditions import Circumstances
from engine.conditions.audiences import Audiences
from engine.conditions.shopper import ShopperFacts
from engine.conditions.tree.local import local_day
from engine.decision.types import KnownCustomer
from engine.learned.facts import is_due
from engine.snapshot.reader import Snapshot

_PURCHASE: Final = "<qIiff"  # engine.learned.generations.PURCHASE
_DUE: Final = "<qiIfIB"  # engine.learned.facts.DUE
_CATEGORY: Final = "<qi"  # engine.learned.facts.CATEGORY


def shopper_of(customer: KnownCustomer | None, *, at: int, snapshot: Snapshot) -> ShopperFacts | None:
    """Return the facts that the snapshot's conditions may look at; None of a stranger, or without consent.

    What nothing looks at is left out.
    """
    if customer is None or customer.is_private:
        return None
    types = snapshot.conditions.leaves.types
    if "audience" not in types:
        return _facts(customer, at, snapshot, types)
    facts = _facts(customer, at, snapshot, types | snapshot.audiences.types)
    known = Circumstances(at=at, is_known=True, shopper=facts, zone=snapshot.zone)
    return replace(facts, audiences=snapshot.audiences.of_shopper(known))


def belongs_to(
    audience: int, customer: KnownCustomer, *, audiences: Audiences, at: int, snapshot: Snapshot
) -> bool:
    """Return whether a customer belongs to an audience, which the snapshot need not know.

    Who does not allow personalisation belongs to none.
    """
    if customer.is_private:
        return False
    facts = _facts(customer, at, snapshot, audiences.types)
    known = Circumstances(at=at, is_known=True, shopper=facts, zone=snapshot.zone)
    return audience in audiences.of_shopper(known)


def _facts(customer: KnownCustomer, at: int, snapshot: Snapshot, types: frozenset[str]) -> ShopperFacts:
    """Return the facts that conditions of these types look at, without audiences."""
    return ShopperFacts(
        segment=customer.segment,
        orders=customer.orders,
        first_day=customer.first_day,
        last_day=customer.last_day,
        average_order_minor=customer.average_order_minor,
        expected_value_minor=customer.expected_value_minor,
        currency=customer.currency,
        attributes=customer.attributes,
        answers=customer.answers,
        bought=_bought(customer) if "bought_product" in types else {},
        bought_categories=_categories(customer, snapshot) if types & _ON_CATEGORIES else {},
        due=_due(customer, local_day(at, snapshot.zone)) if "due" in types else frozenset(),
    )


_ON_CATEGORIES: Final = frozenset({"bought_category", "new_category"})


def _bought(customer: KnownCustomer) -> dict[int, int]:
    """Return the last day on which each product was bought."""
    return {pk: day for pk, _orders, day, *_scores in _unpacked(_PURCHASE, 24, customer.purchases)}


def _categories(customer: KnownCustomer, snapshot: Snapshot) -> dict[int, int]:
    """Return the last day on which each category was bought from, or one below it."""
    days = dict[int, int]()
    for pk, day in _unpacked(_CATEGORY, 12, customer.categories):
        for category in snapshot.categories_above(pk):
            days[category] = max(day, days.get(category, day))
    return days


def _due(customer: KnownCustomer, today: int) -> frozenset[int]:
    """Return the products that are due to be bought again on the day."""
    return frozenset(
        pk
        for pk, due_day, _purchases, _chance, interval, _source in _unpacked(_DUE, 25, customer.due)
        if is_due(due_day, interval, today)
    )


def _unpacked(layout: str, size: int, packed: bytes) -> Iterator[tuple[Any, ...]]:
    """Return the records, as far as they are whole."""
    return iter_unpack(layout, packed[: len(packed) // size * size])
