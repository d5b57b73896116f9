"""What every single condition of a tree has in common."""

from collections.abc import Hashable, Iterable
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, Self

from msgspec import Meta, Struct

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.say import Kind, Say
from engine.money import MAX_MINOR
from engine.wording import gettext_noop

About = Literal["cart", "page", "shopper", "moment", "place"]
Widget = Literal[
    "money",
    "number",
    "count",
    "days",
    "products",
    "categories",
    "brands",
    "product_attribute",
    "segments",
    "audiences",
    "attribute",
    "survey",
    "question",
    "weekdays",
    "time",
    "date",
    "placements",
    "channels",
    "locales",
    "country",
    "countries",
    "currencies",
    "currency",
    "context",
    "texts",
]

# What a tree may hold at most; a text that is longer, or has control characters, names nothing.
MAX_VALUES = 200
MAX_DAYS = 36_500
_TEXT = r"\A[^\x00-\x1f\x7f\ud800-\udfff]+\Z"

Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=_TEXT)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MAX_VALUES)]
Key = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Keys = Annotated[tuple[Key, ...], Meta(min_length=1, max_length=MAX_VALUES)]
Minor = Annotated[int, Meta(ge=0, le=MAX_MINOR)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Days = Annotated[int, Meta(ge=1, le=MAX_DAYS)]
CurrencyCode = Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]


class Field(NamedTuple):
    """One value of a condition: its name in JSON and how it is entered.

    It belongs to all operators, or to those named; one that is not required may be left out.
    """

    name: str
    widget: Widget
    operators: tuple[str, ...] | None = None
    is_required: bool = True

    def belongs_to(self, operator: str) -> bool:
        """Tell whether a condition with this operator has the field."""
        return self.operators is None or operator in self.operators


class Name(NamedTuple):
    """Something that a condition refers to: a product by its primary key, a placement by its code."""

    kind: Kind
    key: int | str


class Wanted(NamedTuple):
    """A condition as sets compare it: one of the keys is among what it looks at, with a number in the range.

    With `is_negated`, none is. Either way the key that it `needs`, if any, must be there.
    """

    keys: tuple[Hashable, ...]
    low: int | None = None
    high: int | None = None
    is_negated: bool = False
    needs: Hashable = None


# The key that says that something is known at all.
SAID: Final = ""
# What conditions of one type look at: keys, each with a number.
LookedAt = Iterable[tuple[Hashable, int]]


class Amount(NamedTuple):
    """An amount of money that a condition saw."""

    minor: int
    currency: str


# What a condition looked at: plain values, several where there are several, None where there is nothing.
Seen = Amount | float | str | tuple[int, ...] | tuple[str, ...] | tuple[Amount, ...] | None


class Leaf(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """One condition: what it looks at, how it compares, and with what.

    `label` is the message that names the type. What is not known does not hold, whatever the operator: the
    segment of a stranger neither is nor is not “loyal”. A condition on a cart `grows` if it goes on holding
    when something is added, and `shrinks` if it goes on holding when something is taken away; others do both.
    One that `needs_page` looks at what only a page knows: it is asked when an offer is shown.
    """

    type: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[About]
    operators: ClassVar[tuple[str, ...]]
    fields: ClassVar[tuple[Field, ...]]
    needs_page: ClassVar[bool] = False
    # What whoever enters it has to know: a message, "" for nothing.
    note: ClassVar[str] = ""
    # What `seen` returns names of, None where it returns figures or texts.
    sees: ClassVar[Kind | None] = None
    # What has to be read of customers before many are asked at once.
    parts: ClassVar[tuple[Part, ...]] = ()

    op: str

    def fault(self) -> tuple[str, str] | None:
        """Return the field whose value cannot be, with the reason; None where all is well."""
        return None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the condition is met."""
        raise NotImplementedError

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return what it looked at."""
        raise NotImplementedError

    def among(self, shoppers: Shoppers) -> Flags:
        """Return which of many known customers meet it, (n,): a condition on shoppers says how."""
        raise NotImplementedError

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the part of the circumstances that `holds` depends on: equal facts give equal answers."""
        raise NotImplementedError

    def wanted(self) -> Wanted | None:
        """Return what a set compares, None where each condition has to be asked: its type has few answers."""
        return None

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return what `wanted` is compared with."""
        raise NotImplementedError

    def sentence(self, say: Say) -> str:
        """Return the condition in words that may follow “for shoppers”."""
        raise NotImplementedError

    def names(self) -> frozenset[Name]:
        """Return what it refers to that may be deleted."""
        return frozenset()

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition without what is gone; None where nothing is left of it."""
        return None if self.names() & gone else self

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return True

    @property
    def shrinks(self) -> bool:
        """Tell whether it goes on holding for a cart that holds less."""
        return True

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return in words what `seen` returned."""
        if seen is None or seen == ():
            return say.text(gettext_noop("nothing"))
        if isinstance(seen, Amount):
            return say.money(seen.minor, seen.currency)
        if isinstance(seen, int | float):
            return say.number(seen)
        if isinstance(seen, str):
            return self._say_one(seen, say)
        return say.all_of([self._say_one(one, say) for one in seen])

    def name_of_seen(self, one: int | str) -> Name | None:
        """Return what one of the seen values is the name of, None for a plain text."""
        return None if self.sees is None else Name(self.sees, one)

    def _say_one(self, one: "Amount | int | str", say: Say) -> str:
        """Return one of several things in words."""
        if isinstance(one, Amount):
            return say.money(one.minor, one.currency)
        name = self.name_of_seen(one)
        return str(one) if name is None else say.name(*name)
