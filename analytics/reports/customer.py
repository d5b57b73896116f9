"""The statistics of one customer, in a constant number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, OuterRef, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import pgettext

from analytics.reports.overview import reference_day
from catalog.models import Category, Product
from catalog.services.amounts import money
from checkout.models import Order, OrderLine, line_total
from engine.learned.facts import CATEGORY, COMFORT, DUE, INTERVAL_SOURCES
from engine.learned.generations import PURCHASE
from engine.moments import EPOCH_DATE
from offers.kinds.config import kind_choices
from offers.models import Customer, CustomerFacts, CustomerHistory, IntervalSource, Offer
from offers.services.generation import newest_generation
from offers.services.preferences.read import paused_until
from offers.services.restraint.ledger import Person, read_known_ledger
from offers.services.restraint.refusals import Refusal, refusals_in

SHOWN_ORDERS = 10
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DueProduct:
    """A product due for a repurchase by the customer."""

    product: Product
    purchase_count: int
    interval_days: int
    source: str
    due_date: date
    is_overdue: bool
    chance: int  # in percent


@dataclass(frozen=True, slots=True)
class ComfortBand:
    """The usual price range of the customer in a category, and the number of prices it is based on."""

    category: Category
    low: str
    median: str
    high: str
    line_count: int


@dataclass(frozen=True, slots=True)
class Favourite:
    """A product that the customer has bought."""

    product: Product
    order_count: int
    last_date: date


@dataclass(frozen=True, slots=True)
class DeclinedOffer:
    """An offer that is held back, with the reason in words; it may have been deleted since."""

    code: str
    offer: Offer | None
    reason: str
    declined_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DeclinedProducts:
    """Products that are held back together, most often a single one; deleted ones have no name.

    `key` is that of `engine.restraint.entry.products_key`.
    """

    key: str
    products: list[tuple[str, Product | None]]
    reason: str
    declined_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DeclinedGroup:
    """A kind of offer, a category or everything that is held back, with the reason in words."""

    name: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RecentOrder:
    """A recent order."""

    order: Order
    line_count: int
    total: str


@dataclass(frozen=True, slots=True)
class CustomerReport:
    """Everything the page of a customer shows."""

    facts: CustomerFacts | None
    average_order: str
    spent: str
    lifetime_value: str
    active: int | None  # probability in percent that the customer is still active
    due: list[DueProduct]
    comfort: list[ComfortBand]
    categories: list[Category]
    favourites: list[Favourite]
    declined: list[DeclinedOffer]
    declined_products: list[DeclinedProducts]
    declined_groups: list[DeclinedGroup]
    orders: list[RecentOrder]


def read_customer_report(customer: Customer, at: datetime, say: Callable[[str], str]) -> CustomerReport:
    """Return the statistics of a customer, in eleven queries; `say` puts a code into words."""
    facts = CustomerFacts.objects.filter(customer=customer).first()
    history = CustomerHistory.objects.filter(customer=customer).first()
    due = _records(facts.due, DUE) if facts else []
    bands = _records(facts.comfort, COMFORT) if facts else []
    bought_from = [one["category"] for one in _records(facts.categories, CATEGORY)] if facts else []
    bought = _records(history.purchases, PURCHASE) if history else []
    known = read_known_ledger(person=Person(customer.pk))
    refusals = refusals_in(known, at=at)
    products = Product.objects.in_bulk({record["product"] for record in [*due, *bought]})
    named = {int(one.name) for one in refusals if one.scope == "category"}
    categories = Category.objects.in_bulk({*(band["category"] for band in bands), *bought_from, *named})
    currency = facts.currency if facts else ""
    generation = newest_generation().first()
    today = reference_day(at, generation.data_until if generation else None)
    return CustomerReport(
        facts=facts,
        average_order=money(facts.average_order_minor, currency) if facts else "–",
        spent=money(facts.spent_minor, currency) if facts else "–",
        lifetime_value=money(facts.lifetime_value_minor, currency) if facts else "–",
        active=None if facts is None or facts.active_rate is None else unsure_percent(facts.active_rate),
        due=_due(due, products, today),
        comfort=_comfort(bands, categories, currency),
        categories=sorted((categories[key] for key in bought_from if key in categories), key=_path),
        favourites=_favourites(bought, products),
        declined=_declined(refusals, say),
        declined_products=_declined_products(refusals, say),
        declined_groups=_declined_groups(refusals, paused_until(known.ledger, at), categories, say),
        orders=_orders(customer),
    )


def _records(packed: Any, kind: np.dtype[np.void]) -> list[Record]:
    names = kind.names or ()
    return [dict(zip(names, record, strict=True)) for record in np.frombuffer(packed, kind).tolist()]


def _path(category: Category) -> str:
    return category.path


def _due(records: list[Record], products: dict[int, Product], today: date) -> list[DueProduct]:
    """Return the due products, the earliest first."""
    rows = [
        DueProduct(
            product=products[record["product"]],
            purchase_count=record["purchases"],
            interval_days=record["interval_days"],
            source=str(source_label(INTERVAL_SOURCES[record["source"]])),
            due_date=_day(record["due_day"]),
            is_overdue=_day(record["due_day"]) < today,
            chance=unsure_percent(record["chance"]),
        )
        for record in records
        if record["product"] in products
    ]
    return sorted(rows, key=lambda row: (row.due_date, -row.chance))


def unsure_percent(probability: float) -> int:
    """Return a probability in percent, from 1 to 99, because a prediction is never certain."""
    return min(max(round(100 * probability), 1), 99)


def source_label(source: str) -> str | Promise:
    """Return the source of an interval as text."""
    return IntervalSource(source).label if source else "–"


def _comfort(records: list[Record], categories: dict[int, Category], currency: str) -> list[ComfortBand]:
    """Return the price ranges, those based on most prices first."""
    return [
        ComfortBand(
            category=categories[record["category"]],
            low=money(record["low"], currency),
            median=money(record["median"], currency),
            high=money(record["high"], currency),
            line_count=record["lines"],
        )
        for record in sorted(records, key=lambda record: -record["lines"])
        if record["category"] in categories
    ]


def _favourites(records: list[Record], products: dict[int, Product]) -> list[Favourite]:
    """Return the purchased products, most orders first."""
    rows = [
        Favourite(products[record["product"]], record["orders"], _day(record["last_day"]))
        for record in records
        if record["product"] in products
    ]
    return sorted(rows, key=lambda row: (-row.order_count, -row.last_date.toordinal()))


def _declined(refusals: list[Refusal], say: Callable[[str], str]) -> list[DeclinedOffer]:
    """Return the offers that are not shown, the newest first."""
    held = [one for one in refusals if one.scope == "offer"]
    offers = {offer.code: offer for offer in Offer.objects.filter(code__in=[one.name for one in held])}
    return [
        DeclinedOffer(one.name, offers.get(one.name), say(one.reason), one.said_at, one.until) for one in held
    ]


def _declined_products(refusals: list[Refusal], say: Callable[[str], str]) -> list[DeclinedProducts]:
    """Return the products that are not shown, the newest first."""
    held = [(one, one.name.split(" ")) for one in refusals if one.scope == "product"]
    skus = {sku for _one, together in held for sku in together}
    products = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    return [
        DeclinedProducts(
            one.name, [(sku, products.get(sku)) for sku in together], say(one.reason), one.said_at, one.until
        )
        for one, together in held
    ]


def _declined_groups(
    refusals: list[Refusal],
    paused: datetime | None,
    categories: dict[int, Category],
    say: Callable[[str], str],
) -> list[DeclinedGroup]:
    """Return what is held back beyond single offers and products: everything first."""
    everything = pgettext("preferences", "All offers")
    names: dict[tuple[str, str], str] = {("everything", ""): everything}
    names |= {("kind", code): str(name) for code, name in kind_choices()}
    names |= {("category", str(key)): category.path for key, category in categories.items()}
    pause = [] if paused is None else [DeclinedGroup(everything, say("paused"), paused)]
    return pause + [
        DeclinedGroup(names[one.scope, one.name], say(one.reason), one.until)
        for one in refusals
        if (one.scope, one.name) in names
    ]


def _orders(customer: Customer) -> list[RecentOrder]:
    """Return the newest orders with their totals."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    newest = Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")
    orders: Any = newest.annotate(
        line_total=Subquery(lines.annotate(total=Count("pk")).values("total")),
        value_minor=Subquery(lines.annotate(total=Sum(line_total())).values("total")),
    )[:SHOWN_ORDERS]
    return [
        RecentOrder(order, order.line_total or 0, money(int(order.value_minor or 0), order.currency))
        for order in orders
    ]


def _day(number: int) -> date:
    return EPOCH_DATE + timedelta(days=number)
