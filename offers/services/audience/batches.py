"""Read customers as columns, in batches in ascending order of keys, without an object per customer."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from django.db.models import Max

from catalog.database.columns import day_number, fetch_rows
from catalog.models import Category
from engine.conditions.shoppers import Ints, Part, RecordLists, Shoppers
from engine.learned.facts import CATEGORY, DUE, NO_DAY, NOTHING, SEGMENTS
from engine.learned.generations import PURCHASE
from offers.models import Customer
from offers.services.customer import by_two_keys, plain_value

BATCH_SIZE: Final = 20_000
# Without the range, a merge join would begin each table at its first row.
_JOIN: Final = (
    " LEFT JOIN {table} {name} ON {name}.customer_id = c.id"
    " AND {name}.customer_id > %(after)s AND {name}.customer_id <= %(last)s"
)
# As text: of a jsonb in the binary format, the driver would decode each value.
_ATTRIBUTES, _ANSWERS = "CAST(c.attributes AS text)", "CAST(c.answers AS text)"
_SEGMENT_NUMBERS: Final = {segment: place for place, segment in enumerate(SEGMENTS)}
_decode: Final = msgspec.json.Decoder().decode


class ShopperBatch(NamedTuple):
    """Some customers, and how many percent of all there are have been read with them."""

    shoppers: Shoppers
    percent: int


def read_batches(parts: Collection[Part], *, today: int, size: int = BATCH_SIZE) -> Iterator[ShopperBatch]:
    """Yield the customers with these parts of what is known of them.

    Ids that were merged are left out, and who does not allow personalisation: offers know nothing of them.
    `today` is the day in the shop's time zone, since 1970-01-01.
    """
    last = Customer.objects.aggregate(last=Max("pk"))["last"] or 0
    columns = [column for part, listed in _columns().items() if part in parts for column in listed]
    statement, parents = _statement(columns, parts), _read_parents(parts)
    after = 0
    while rows := fetch_rows(statement, {"after": after, "last": last, "size": size}):
        after = rows[-1][0]
        keys, *values = zip(*rows, strict=True)
        named = dict(zip(columns, values, strict=True))
        yield ShopperBatch(_shoppers(keys, named, today, parents), min(99, 100 * after // last))


def _columns() -> dict[Part, list[str]]:
    """Return the SQL of each part's columns; `c`, `f` and `h` are the customer, the facts and the history."""
    return {
        "facts": [
            "f.segment",
            "f.order_count",
            day_number("f.first_order_date"),
            day_number("f.last_order_date"),
            "f.currency",
            "f.average_order_minor",
            "f.lifetime_value_minor",
        ],
        "due": ["f.due"],
        "categories": ["f.categories"],
        "purchases": ["h.purchases"],
        "attributes": [_ATTRIBUTES],
        "answers": [_ANSWERS],
    }


def _statement(columns: Sequence[str], parts: Collection[Part]) -> str:
    joins = ""
    if not {"facts", "due", "categories"}.isdisjoint(parts):
        joins += _JOIN.format(table="offers_customerfacts", name="f")
    if "purchases" in parts:
        joins += _JOIN.format(table="offers_customerhistory", name="h")
    return (
        f"SELECT {', '.join(['c.id', *columns])} FROM offers_customer c{joins}"  # noqa: S608 (our own names)
        " WHERE c.id > %(after)s AND c.id <= %(last)s AND c.merged_into_id IS NULL AND c.is_personalised"
        " ORDER BY c.id LIMIT %(size)s"
    )


def _read_parents(parts: Collection[Part]) -> dict[int, int]:
    """Return the category above each; nothing where categories are not asked for."""
    if "categories" not in parts:
        return {}
    rows = Category.objects.order_by("pk").values_list("pk", "parent_id")
    return {key: parent or 0 for key, parent in rows}


def _shoppers(
    keys: Sequence[int], named: Mapping[str, Sequence[Any]], today: int, parents: Mapping[int, int]
) -> Shoppers:
    """Return the columns as arrays; those that were not read are as if nothing were known."""
    nothing = [None] * len(keys)

    def column(name: str) -> Sequence[Any]:
        return named.get(name, nothing)

    segments = [_SEGMENT_NUMBERS.get(segment) for segment in column("f.segment")]
    return Shoppers(
        keys=np.array(keys, np.int64),
        today=today,
        segment=_numbers(segments, NOTHING),
        orders=_numbers(column("f.order_count"), 0),
        first_day=_numbers(column(day_number("f.first_order_date")), NO_DAY),
        last_day=_numbers(column(day_number("f.last_order_date")), NO_DAY),
        average_order=_numbers(column("f.average_order_minor"), NOTHING),
        expected_value=_numbers(column("f.lifetime_value_minor"), NOTHING),
        currency=np.array([currency or "" for currency in column("f.currency")], np.str_),
        purchases=_lists(column("h.purchases"), PURCHASE),
        categories=_lists(column("f.categories"), CATEGORY),
        due=_lists(column("f.due"), DUE),
        attributes=_objects(column(_ATTRIBUTES), _plain_values),
        answers=_objects(column(_ANSWERS), by_two_keys),
        parents=parents,
    )


def _numbers(values: Sequence[int | None], missing: int) -> Ints:
    return np.array([missing if value is None else value for value in values], np.int64)


def _lists(packed: Sequence[bytes | None], kind: np.dtype[Any]) -> RecordLists:
    """Return the records of each customer; those of one without a row are none."""
    blobs = [blob or b"" for blob in packed]
    sizes = np.fromiter(map(len, blobs), np.int64, len(blobs))
    starts = np.concatenate([[0], np.cumsum(sizes // kind.itemsize)])
    return RecordLists(starts, np.frombuffer(b"".join(blobs), kind))


def _objects(texts: Sequence[str | None], read: Callable[[Any], Any]) -> list[Any]:
    """Return the JSON objects; many customers have the same text, which is decoded once."""
    decoded = {text: {} if text is None else read(_decode(text)) for text in set(texts)}
    return [decoded[text] for text in texts]


def _plain_values(attributes: dict[str, Any]) -> dict[str, Any]:
    return {code: plain_value(value) for code, value in attributes.items()}
