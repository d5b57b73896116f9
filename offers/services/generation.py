"""Publishing what a recompute learned: one whole generation at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import QuerySet

from engine.learned.facts import FactsData
from engine.learned.generations import GenerationData, Records
from offers.models import CustomerHistory, Generation, PopularProducts, ProductPartners
from offers.services.customer_facts import replace_customer_facts
from offers.services.product_facts import replace_product_facts
from offers.services.replacement import Replacement, Row, insert_rows, replace_rows, still_there

KEPT_GENERATIONS = 3

Ints = npt.NDArray[np.int64]


def newest_generation() -> QuerySet[Generation]:
    """Return the one generation that serves, as a set of at most one row."""
    return Generation.objects.order_by("-pk")[:1]


@dataclass(frozen=True, slots=True)
class Published:
    """The new generation, and what was replaced in each table."""

    generation: Generation
    partners: Replacement
    histories: Replacement
    facts: tuple[Replacement, ...] = ()  # of customers, of products

    @property
    def written_count(self) -> int:
        """Return how many rows were new or other than before."""
        return sum(kind.written_count for kind in (self.partners, self.histories, *self.facts))

    @property
    def untouched_count(self) -> int:
        """Return how many rows were the same, and not written."""
        return sum(kind.untouched_count for kind in (self.partners, self.histories, *self.facts))


def publish_generation(*, data: GenerationData, at: datetime, facts: FactsData | None = None) -> Published:
    """Write `data` as the newest generation and drop the old ones: all of it, or nothing.

    Rows whose bytes are the same stay untouched; without `facts`, all facts do. What was deleted since the
    data was read is left out; readers see the generation before until this transaction ends.
    """
    with transaction.atomic():
        partners = _replace_partners(data)
        histories = _replace_histories(data)
        generation = Generation.objects.create(
            published_at=at,
            data_until=data.data_until,
            order_count=data.order_count,
            counted_order_count=data.counted_order_count,
            line_count=data.line_count,
            product_count=partners.written_count + partners.untouched_count,
            pair_count=data.pair_count,
            scoring=msgspec.to_builtins(data.scoring),
        )
        _write_popular(generation, data)
        _prune()
        facts_replaced = _replace_facts(facts) if facts is not None else ()
    return Published(generation, partners, histories, facts_replaced)


def _replace_partners(data: GenerationData) -> Replacement:
    packed = _packed_lists(data.partner_starts, data.partners)

    def row_at(place: int) -> Row:
        return int(data.product_orders[place]), packed(place)

    columns = ("product_id", "order_count", "partners")
    return replace_rows(model=ProductPartners, columns=columns, keys=data.products, row_at=row_at)


def _replace_histories(data: GenerationData) -> Replacement:
    packed = _packed_lists(data.purchase_starts, data.purchases)

    def row_at(place: int) -> Row:
        return (packed(place),)

    columns = ("customer_id", "purchases")
    return replace_rows(model=CustomerHistory, columns=columns, keys=data.customers, row_at=row_at)


def _replace_facts(facts: FactsData) -> tuple[Replacement, ...]:
    return replace_customer_facts(facts.customers), replace_product_facts(facts.products)


def _write_popular(generation: Generation, data: GenerationData) -> None:
    """Write the lists of best sellers: each generation has its own."""
    packed = _packed_lists(data.popular_starts, data.popular)
    is_kept = still_there("catalog_category", data.categories) | (data.categories == 0)

    def rows() -> Iterator[Row]:
        for place in np.flatnonzero(is_kept).tolist():
            yield generation.pk, int(data.categories[place]) or None, packed(place)

    insert_rows(PopularProducts, ("generation_id", "category_id", "products"), rows())


def _packed_lists(starts: Ints, records: Records) -> Callable[[int], bytes]:
    """Return what gives the bytes of list i."""
    packed, size = records.tobytes(), records.dtype.itemsize
    bounds = (starts * size).tolist()
    return lambda place: packed[bounds[place] : bounds[place + 1]]


def _prune() -> None:
    """Drop all but the newest generations, with their lists."""
    newest = Generation.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_GENERATIONS]
    Generation.objects.filter(pk__lt=min(newest)).delete()
