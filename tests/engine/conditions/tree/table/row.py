"""What a row of the table of conditions is made of."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from engine.conditions import Circumstances
from engine.conditions.goods import Goods, ShownOn
from engine.conditions.shopper import ShopperFacts
from engine.moments import EPOCH_DATE

# A Monday, 19:30 in Tokyo and 11:30 in Berlin: the last day of November 2026, no holiday.
AT = int(datetime(2026, 11, 30, 10, 30, tzinfo=UTC).timestamp())
TODAY = (datetime(2026, 11, 30, tzinfo=UTC).date() - EPOCH_DATE).days


class Row(NamedTuple):
    """A condition as JSON and in words, what meets it, what does not, and what the first of those saw."""

    leaf: dict[str, Any]
    says: str
    meets: tuple[Circumstances, ...]
    misses: tuple[Circumstances, ...]
    saw: object


def at(moment: int = AT, zone: str = "Asia/Tokyo") -> Circumstances:
    """Return a moment."""
    return Circumstances(at=moment, zone=zone)


def moment(text: str, zone: str = "Asia/Tokyo") -> Circumstances:
    """Return the circumstances of a moment, ISO 8601 with its offset."""
    return at(int(datetime.fromisoformat(text).timestamp()), zone)


def cart(minor: int = 0, **goods: Any) -> Circumstances:
    """Return a cart."""
    return Circumstances(at=AT, subtotals={"JPY": minor}, cart=Goods(**goods))


def page(**goods: Any) -> Circumstances:
    """Return the page of a product, with a full cart that says nothing of it."""
    other = Goods({99: 9}, [99], ["Other"], [("roast", "other")], {"JPY": [99]})
    return Circumstances(at=AT, cart=other, page=ShownOn(Goods(**goods), placement="home"))


def known(**facts: Any) -> Circumstances:
    """Return a known customer."""
    return Circumstances(at=AT, is_known=True, shopper=ShopperFacts(**facts), zone="Asia/Tokyo")


def place(**values: Any) -> Circumstances:
    """Return the place in which the shopper is."""
    return Circumstances(at=AT, **values)


STRANGER = Circumstances(at=AT)
NOWHERE = Circumstances(at=AT)


def leaf(kind: str, op: str, **fields: Any) -> dict[str, Any]:
    """Return a condition as JSON."""
    return {"type": kind, "op": op, **fields}


def yen(minor: int) -> dict[str, Any]:
    """Return an amount as JSON."""
    return {"minor": minor, "currency": "JPY"}


COFFEE: Final = {"products": [17, 23]}
ROAST: Final = {"name": "roast", "values": ["dark", "medium"]}
RANGE: Final = {"from_minor": 1000, "to_minor": 2000, "currency": "JPY"}
