"""What a condition needs to speak: a language, and the names of what it refers to."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

Kind = Literal[
    "product",
    "category",
    "brand",
    "product_attribute",
    "segment",
    "audience",
    "attribute",
    "choice",
    "survey",
    "placement",
    "channel",
    "locale",
    "country",
    "currency",
    "context",
    "weekday",
]


class Say(Protocol):
    """Speaks one language. The messages are English ids with `%(name)s` in place of the values."""

    def text(self, message: str, **values: object) -> str:
        """Return the translated message with its values."""

    def plural(self, forms: tuple[str, str], number: int, **values: object) -> str:
        """Return the translated message for this number; `%(count)s` is the number itself."""

    def name(self, kind: Kind, key: int | str) -> str:
        """Return what people call it: the product with this primary key, the weekday "mon".

        The key of a choice is its attribute's code, a slash and its own code.
        """

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of minor units: ¥1,980."""

    def number(self, number: float) -> str:
        """Return a number: 1,234.5."""

    def day(self, day: date) -> str:
        """Return a day of the calendar."""

    def either(self, items: Sequence[str]) -> str:
        """Return the items with “or” before the last."""

    def neither(self, items: Sequence[str]) -> str:
        """Return the items of which it is none: “not A or B”."""

    def all_of(self, items: Sequence[str]) -> str:
        """Return the items with commas between them."""
