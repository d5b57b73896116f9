"""Read customers as columns, in batches in ascending order of keys, without an object per customer."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from django.db import connection
from django.db.models import Max

from catalog.database.columns import day_number
from catalog.models import Category
from engine.conditions.shoppers import Ints, Part, RecordLists, Shoppers
from engine.learned.facts import CATEGORY, DUE, NO_DAY, NOTHING, SEGMENTS
from engine.learned.generations import PURCHASE
from engine.restraint.consent import allows_personalisation
from offers.models import Customer
from offers.services.customer import by_two_keys, plain_value

BATCH_SIZE: Final = 20_000

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
    while rows := _fetch(statement, after, last, size):
        after = rows[-1][0]
        allowed = _allowed(rows)
        keys, _consents, *values = zip(*allowed, strict=True) if allowed else ((), (), *([()] * len(columns)))
        named = dict(zip(columns, values, strict=True))
        yield ShopperBatch(_shoppers(keys, named, today, parents), min(99, 100 * after // last))


def _allowed(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows of those who allow personalisation; their second column is what they said."""
    is_allowed = {
        text: allows_personalisation(by_two_keys(_decode(text))) for text in {row[1] for row in rows}
    }
    return [row for row in rows if is_allowed[row[1]]]


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
        "attributes": ["c.attributes"],
        "answers": ["c.answers"],
    }


def _statement(columns: Sequence[str], parts: Collection[Part]) -> str:
    joins = ""
    if not {"facts", "due", "categories"}.isdisjoint(parts):
        joins += " LEFT JOIN offers_customerfacts f ON f.customer_id = c.id"
    if "purchases" in parts:
        joins += " LEFT JOIN offers_customerhistory h ON h.customer_id = c.id"
    return (
        f"SELECT {', '.join(['c.id', 'c.consents', *columns])} FROM offers_customer c{joins}"  # noqa: S608 (our own names)
        " WHERE c.id > %s AND c.id <= %s AND c.merged_into_id IS NULL ORDER BY c.id LIMIT %s"
    )


def _fetch(statement: str, after: int, last: int, size: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [after, last, size])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


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
        attributes=_objects(column("c.attributes"), _plain_values),
        answers=_objects(column("c.answers"), by_two_keys),
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
