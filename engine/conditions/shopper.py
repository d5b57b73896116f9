"""What is known of a shopper, as conditions see it."""

from collections.abc import Mapping

from msgspec import Struct

# A text, several texts, a number, yes or no; a date is its text: 2026-11-30.
AttributeValue = str | tuple[str, ...] | float | bool


class ShopperFacts(Struct, frozen=True):
    """A known customer, from one row; the defaults are those of a customer who never ordered.

    Days count from 1970-01-01, amounts are minor units of `currency`, ids are primary keys. `bought` and
    `bought_categories` map what was bought to the last day of it, the latter with all categories above.
    `answers` maps a survey's code and a question to the answer. `due` are the products to be bought again
    about now.
    """

    segment: str = ""
    orders: int = 0
    first_day: int | None = None
    last_day: int | None = None
    average_order_minor: int | None = None
    expected_value_minor: int | None = None
    currency: str = ""
    attributes: Mapping[str, AttributeValue] = {}
    answers: Mapping[tuple[str, str], str] = {}
    bought: Mapping[int, int] = {}
    bought_categories: Mapping[int, int] = {}
    due: frozenset[int] = frozenset()
    audiences: frozenset[int] = frozenset()
