"""Conditions said in English, without a catalogue of messages."""

from collections.abc import Sequence
from datetime import date

from babel.lists import format_list

from engine.conditions.tree.say import Kind
from engine.money import format_money

NAMES = {
    ("product", 17): "Coffee",
    ("product", 23): "Gift card",
    ("category", 5): "Drinks",
    ("audience", 3): "Gourmets",
    ("weekday", "mon"): "Monday",
    ("weekday", "tue"): "Tuesday",
    ("weekday", "wed"): "Wednesday",
    ("weekday", "fri"): "Friday",
    ("weekday", "sun"): "Sunday",
    ("country", "JP"): "Japan",
    ("placement", "cart"): "Cart",
    ("locale", "ja"): "Japanese",
    ("context", "payment_method"): "payment method",
}


class English:
    """Says messages as they are."""

    def text(self, message: str, **values: object) -> str:
        """Return the message with its values."""
        return message % values

    def plural(self, forms: tuple[str, str], number: int, **values: object) -> str:
        """Return the message for one or for several."""
        return forms[number != 1] % {"count": number, **values}

    def name(self, kind: Kind, key: int | str) -> str:
        """Return a name, the key itself where there is none."""
        return NAMES.get((kind, key), str(key).partition("/")[2] if kind == "choice" else str(key))

    def money(self, minor: int, currency: str) -> str:
        """Return an amount."""
        return format_money(minor, currency, "en")

    def number(self, number: float) -> str:
        """Return a number."""
        return f"{number:g}"

    def day(self, day: date) -> str:
        """Return a day as ISO 8601."""
        return day.isoformat()

    def either(self, items: Sequence[str]) -> str:
        """Return “A, B or C”."""
        return format_list(list(items), style="or", locale="en")

    def neither(self, items: Sequence[str]) -> str:
        """Return “A, B or C”."""
        return self.either(items)

    def all_of(self, items: Sequence[str]) -> str:
        """Return “A, B, C”."""
        return ", ".join(items)
