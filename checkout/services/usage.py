"""Count the uses of offers within their limits, also under concurrent redemptions.

A locking select claims the rows that are within their limits, always in the same order. An update with the
same condition then changes them, and its count is checked. On SQLite the transaction holds the only write
lock from its first statement.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest
from msgspec import Struct

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.revision import raise_revision
from checkout.models import CustomerUsage, OfferUsage, RedeemedGift, RedeemedOffer
from checkout.services.code_uses import return_codes
from offers.models import Customer, Offer

# The amount to add to or subtract from a column, by the key of the row.
Amounts = Mapping[int, int]


class UsedOffer(Struct, frozen=True):
    """One use of an offer and what it takes from the budget, in minor units."""

    offer: int
    discount_minor: int


class Counted(Struct, frozen=True):
    """The offers whose uses were counted, without deleted ones, and those that exceed a limit by it."""

    offers: frozenset[int]
    exceeded: frozenset[int] = frozenset()


class LimitReachedError(Exception):
    """Some offers have too few uses or budget left; nothing was taken."""

    def __init__(self, *, offers: Iterable[int] = ()) -> None:
        super().__init__("An offer's limit is reached.")
        self.offers = frozenset(offers)


def take_uses(*, uses: Sequence[UsedOffer], customer_id: int | None, is_enforced: bool = True) -> Counted:
    """Count one use of each offer; raise LimitReachedError if a limit or budget is exceeded.

    Unless limits are enforced, uses beyond them are counted as well. Call it in a transaction.
    """
    columns = ("pk", "usage_limit", "budget_minor", "customer_usage_limit")
    limits = {
        pk: rest
        for pk, *rest in Offer.objects.filter(among("pk", [use.offer for use in uses])).values_list(*columns)
    }
    uses = [use for use in uses if use.offer in limits]
    OfferUsage.objects.bulk_create(
        [OfferUsage(offer_id=offer) for offer in sorted(limits)], ignore_conflicts=True
    )
    within = {use.offer: _within(limits[use.offer][0], limits[use.offer][1], use) for use in uses}
    spent = {use.offer: use.discount_minor for use in uses}
    exceeded = _claim(
        OfferUsage.objects.filter(among("offer_id", within)),
        within,
        is_enforced=is_enforced,
        used_count=F("used_count") + 1,
        spent_minor=F("spent_minor") + _by_key("offer_id", spent),
    )
    if customer_id is not None:
        by_customer = {use.offer: limits[use.offer][2] for use in uses}
        exceeded |= _take_customer_uses(by_customer, customer_id, is_enforced=is_enforced)
    return Counted(frozenset(limits), exceeded)


def _within(usage_limit: int | None, budget_minor: int | None, use: UsedOffer) -> Q:
    """Return the condition that one more use stays within the limits."""
    condition = Q(offer_id=use.offer)
    if usage_limit is not None:
        condition &= Q(used_count__lt=usage_limit)
    if budget_minor is not None:
        condition &= Q(spent_minor__lte=budget_minor - use.discount_minor)
    return condition


def _take_customer_uses(
    limits: Mapping[int, int | None], customer_id: int, *, is_enforced: bool
) -> frozenset[int]:
    CustomerUsage.objects.bulk_create(
        [CustomerUsage(offer_id=offer, customer_id=customer_id) for offer in sorted(limits)],
        ignore_conflicts=True,
    )
    within = {
        offer: Q(offer_id=offer) if limit is None else Q(offer_id=offer, used_count__lt=limit)
        for offer, limit in limits.items()
    }
    rows = CustomerUsage.objects.filter(among("offer_id", within), customer_id=customer_id)
    exceeded = _claim(rows, within, is_enforced=is_enforced, used_count=F("used_count") + 1)
    if any(limit is not None for limit in limits.values()):
        tell_decisions({customer_id})
    return exceeded


def _claim(
    rows: "QuerySet[Any]", within: Mapping[int, Q], *, is_enforced: bool, **changes: Any
) -> frozenset[int]:
    """Change the row of each offer in `within`; return those whose condition does not hold.

    If limits are enforced, raise LimitReachedError instead.
    """
    if not within:
        return frozenset()
    fitting = rows.filter(reduce(or_, within.values()))
    claimed = fitting if is_enforced else rows
    locked = claimed.select_for_update().order_by("offer_id").values_list("offer_id", flat=True)
    beyond = frozenset(within) - frozenset(locked)
    if is_enforced:
        if beyond or fitting.update(**changes) != len(within):
            raise LimitReachedError(offers=beyond)
        return frozenset()
    exceeded = frozenset(within) - frozenset(fitting.values_list("offer_id", flat=True))
    rows.update(**changes)
    return exceeded


def take_gifts_left(*, units: Amounts) -> dict[int, int]:
    """Take what is left of gifts from tracked stock; return how many units of each product were there.

    The revision is raised only if nothing is left, because only then decisions change. Call it in a
    transaction.
    """
    rows = Product.objects.filter(among("pk", units))
    stocks = dict(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", "stock"))
    taken = {
        product: units[product] if stock is None else min(stock, units[product])
        for product, stock in stocks.items()
    }
    if taken:  # untracked stock (NULL) stays NULL
        rows.update(stock=F("stock") - _by_key("pk", taken))
    if any(taken[product] and taken[product] == stock for product, stock in stocks.items()):
        raise_revision(domain="catalog")
    return taken


def move_uses(*, survivor: int | None = None) -> int:
    """Add the uses of merged ids to those of their survivor, or of all; return how many rows there were."""
    late = CustomerUsage.objects.filter(customer__merged_into__isnull=False)
    if survivor is not None:
        late = late.filter(customer__merged_into=survivor)
    pairs = late.order_by().values_list("customer_id", "customer__merged_into_id").distinct()
    return sum(_add_uses(source=source, into=into) for source, into in list(pairs) if into is not None)


@transaction.atomic
def _add_uses(*, source: int, into: int) -> int:
    """Move the uses of one customer to another; the rows are locked as redemptions lock them."""
    offers = CustomerUsage.objects.filter(customer_id=source).values_list("offer_id", flat=True)
    CustomerUsage.objects.bulk_create(
        [CustomerUsage(offer_id=offer, customer_id=into) for offer in sorted(offers)], ignore_conflicts=True
    )
    both = CustomerUsage.objects.filter(among("customer_id", [source, into]))
    locked = both.select_for_update().order_by("offer_id", "customer_id")
    rows = list(locked.values_list("pk", "offer_id", "customer_id", "used_count"))
    moved = {offer: count for _pk, offer, customer, count in rows if customer == source}
    if moved:
        CustomerUsage.objects.filter(among("offer_id", moved), customer_id=into).update(
            used_count=F("used_count") + _by_key("offer_id", moved)
        )
        CustomerUsage.objects.filter(
            among("pk", [pk for pk, _, customer, _ in rows if customer == source])
        ).delete()
        tell_decisions({into})
    return len(moved)


def tell_decisions(customers: Collection[int]) -> None:
    """Copy the customers' uses of offers that limit them to the row that decisions read.

    The rows are locked first, so that of two copies at once the later one sees the uses of both.
    """
    known = Customer.objects.filter(among("pk", customers)).order_by("pk")
    rows = {customer.pk: customer for customer in known.select_for_update(no_key=True).only("pk")}
    for customer in rows.values():
        customer.offer_uses = {}
    used = CustomerUsage.objects.filter(
        among("customer_id", rows), offer__customer_usage_limit__isnull=False, used_count__gt=0
    )
    for customer_id, offer, count in used.values_list("customer_id", "offer_id", "used_count"):
        rows[customer_id].offer_uses[str(offer)] = count
    Customer.objects.bulk_update(rows.values(), ["offer_uses"])


def return_uses(*, redemptions: Sequence[int]) -> None:
    """Undo the counts of these redemptions with a constant number of queries. Call it in a transaction."""
    redeemed = RedeemedOffer.objects.filter(among("redemption_id", redemptions), offer__isnull=False)
    _return_offer_uses(redeemed)
    _return_customer_uses(redeemed)
    gifts = RedeemedGift.objects.filter(among("redemption_id", redemptions))
    units = dict(gifts.order_by().values_list("product_id").annotate(units=Sum("quantity")))
    if units:
        rows = Product.objects.filter(among("pk", units))
        stocks = rows.select_for_update(no_key=True).order_by("pk").values_list("stock", flat=True)
        was_out_of_stock = 0 in list(stocks)
        rows.update(stock=F("stock") + _by_key("pk", units))
        if was_out_of_stock:
            raise_revision(domain="catalog")
    return_codes(redemptions=redemptions)


def _return_offer_uses(redeemed: "QuerySet[RedeemedOffer]") -> None:
    totals = (
        redeemed.order_by().values_list("offer_id").annotate(uses=Count("pk"), spent=Sum("discount_minor"))
    )
    uses, spent = {}, {}
    for offer, count, discount in totals:
        uses[offer], spent[offer] = count, discount
    if not uses:
        return
    rows = OfferUsage.objects.filter(among("offer_id", uses))
    list(rows.select_for_update().order_by("offer_id").values_list("offer_id"))
    rows.update(
        used_count=_less("used_count", _by_key("offer_id", uses)),
        spent_minor=_less("spent_minor", _by_key("offer_id", spent)),
    )


def _return_customer_uses(redeemed: "QuerySet[RedeemedOffer]") -> None:
    by_customer = redeemed.filter(redemption__quote__customer__isnull=False).order_by()
    totals = {
        (offer, customer): count
        for offer, customer, count in by_customer.values_list(
            "offer_id", "redemption__quote__customer_id"
        ).annotate(uses=Count("pk"))
    }
    rows = CustomerUsage.objects.filter(
        among("offer_id", {offer for offer, _ in totals}), among("customer_id", {who for _, who in totals})
    )
    keys = rows.select_for_update().order_by("offer_id", "customer_id")
    uses = {
        pk: totals[offer, customer]
        for pk, offer, customer in keys.values_list("pk", "offer_id", "customer_id")
        if (offer, customer) in totals
    }
    if uses:
        rows.filter(among("pk", uses)).update(used_count=_less("used_count", _by_key("pk", uses)))
        tell_decisions({who for _, who in totals})


def _by_key(column: str, amounts: Amounts) -> Case:
    """Return the SQL for the amount of each row."""
    return Case(*[When(**{column: key}, then=Value(amount)) for key, amount in amounts.items()], default=0)


def _less(column: str, amount: Case) -> Greatest:
    """Return the column minus the amount, but at least 0, in case the counter was reset in the meantime."""
    return Greatest(F(column) - amount, 0)
