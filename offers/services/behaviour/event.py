"""Recording what shoppers looked at, searched for and put into the cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.database.bulk import among
from catalog.models import Category, Product
from engine.behaviour import What
from engine.sku import normalize_sku
from offers.services.behaviour.store import BehaviourEvent, store_behaviour
from offers.services.event import EventsRecorded, Rejection
from offers.services.exclusions import Arrival
from offers.services.tokens import CLOCK_SKEW_SECONDS

# What is done by the type of the event; a search has a text, the others a product or a category.
PRODUCT_ACTS: Mapping[str, What] = {"view": What.VIEWED_PRODUCT, "add_to_cart": What.ADDED_PRODUCT}
CATEGORY_ACTS: Mapping[str, What] = {"view": What.VIEWED_CATEGORY, "add_to_cart": What.ADDED_CATEGORY}
TYPES = frozenset({*PRODUCT_ACTS, "search"})


@dataclass(frozen=True, slots=True)
class BehaviourInput:
    """An event as a storefront reports it; without `occurred_at` it happened now.

    It has one of `sku`, `category` (a path) and `text`. `customer` has been proved by the caller.
    """

    event_id: str
    type: str
    sku: str = ""
    category: str = ""
    text: str = ""
    occurred_at: datetime | None = None
    customer: str = ""
    session: str = ""


def record_behaviour(*, events: Sequence[BehaviourInput], arrival: Arrival) -> EventsRecorded:
    """Record each event of a person once, as far as the person's day has room.

    A product or category must be in the catalogue. Bots, prefetches, late events, bursts and repeats within a
    minute are accepted and change nothing. The number of queries does not depend on that of events.
    """
    if not events:
        return EventsRecorded(0, 0, ())
    products, categories = _find_products(events), _find_categories(events)
    found: dict[int, BehaviourEvent] = {}
    rejected: list[Rejection] = []
    for index, event in enumerate(events):
        occurred_at = event.occurred_at or arrival.at
        if occurred_at > arrival.at + timedelta(seconds=CLOCK_SKEW_SECONDS):
            rejected.append(Rejection(index, "implausible_time", "`occurred_at` must not be in the future."))
            continue
        subject = _subject_of(event, products, categories)
        if isinstance(subject, Rejection):
            rejected.append(Rejection(index, subject.code, subject.detail))
            continue
        what, key = subject
        found[index] = BehaviourEvent(
            event.event_id, what, key, min(occurred_at, arrival.at), event.customer, event.session
        )
    stored = store_behaviour(events=list(found.values()), arrival=arrival)
    places = list(found)
    full = "The person has reached the number of events of this kind that are stored in a day."
    rejected += [Rejection(places[place], "daily_limit", full) for place in stored.beyond]
    rejected.sort(key=lambda one: one.index)
    return EventsRecorded(stored.accepted, stored.duplicates, tuple(rejected))


def _subject_of(
    event: BehaviourInput, products: Mapping[str, int], categories: Mapping[str, int]
) -> tuple[What, int | str] | Rejection:
    if event.sku:
        product = products.get(normalize_sku(event.sku))
        if product is None:
            return Rejection(0, "unknown_sku", f"sku: The catalogue has no product {event.sku!r}.")
        return PRODUCT_ACTS[event.type], product
    if event.category:
        category = categories.get(event.category)
        if category is None:
            return Rejection(0, "unknown_category", f"category: There is no category {event.category!r}.")
        return CATEGORY_ACTS[event.type], category
    return What.SEARCHED, event.text


def _find_products(events: Sequence[BehaviourInput]) -> dict[str, int]:
    """Return the primary keys of the products, in one query; in none without products."""
    skus = {normalize_sku(event.sku) for event in events if event.sku}
    return dict(Product.objects.filter(among("sku", skus)).values_list("sku", "pk")) if skus else {}


def _find_categories(events: Sequence[BehaviourInput]) -> dict[str, int]:
    """Return the primary keys of the categories, in one query; in none without categories."""
    paths = {event.category for event in events if event.category}
    return dict(Category.objects.filter(among("path", paths)).values_list("path", "pk")) if paths else {}
