"""Merge two ids of one person, with the orders, quotes and uses of offers of both."""

from django.db.models import Q
from django.db.models.functions import TruncDate

from checkout.models import Order, Quote
from checkout.services.code_uses import move_code_uses
from checkout.services.usage import move_uses
from offers.services import customer_merge
from offers.services.changed_days import mark_orders
from offers.services.customer import ensure_customers
from offers.services.restraint.ledger import Person, merge_ledgers


def merge_customers(*, survivor: str, other: str) -> bool:
    """Let the id `other` stand for the customer `survivor`; return whether it did not already.

    Orders, quotes, events, answers, inquiries, consents, refusals and uses of offers pass to the survivor,
    once, however often and at the same time it is called. Raises `customer_merge.MergeError`.
    """
    merged = customer_merge.merge_customers(survivor=survivor, other=other)
    move_rows(survivor=merged.survivor)
    if merged.is_new:
        _mark_placed_orders(Q(customer=merged.survivor))
    return merged.is_new


def link_visitor(*, customer: str, visitor: str) -> bool:
    """Pass what a visitor did to the customer who has logged in, once; return whether there was anything."""
    key = ensure_customers(external_ids=[customer])[customer]
    return merge_ledgers(into=Person(key), source=Person(visitor=visitor))


def move_rows(*, survivor: int | None = None) -> int:
    """Move all rows that refer to merged ids to their survivor, or to all; return how many.

    The worker repeats it: a row that was written while its customer was merged may have come too late.
    """
    moved = sum(customer_merge.move_references(model, survivor=survivor) for model in (Quote, Order))
    moved += move_uses(survivor=survivor) + move_code_uses(survivor=survivor)
    moved += customer_merge.move_rows(survivor=survivor)
    if moved and survivor is None:
        _mark_placed_orders(Q(customer__merged__isnull=False))
    return moved


def _mark_placed_orders(of: Q) -> None:
    """Let the days of orders be counted again: what they are credited to may have changed."""
    days = Order.objects.filter(of).annotate(day=TruncDate("placed_at")).values_list("day", flat=True)
    mark_orders(days.distinct())
