"""Conditions that compare one figure: an amount of money, a number of things, a number of days."""

from collections.abc import Hashable, Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Amount, Count, CurrencyCode, Days, Field, Leaf, Minor
from engine.conditions.tree.local import local_day
from engine.conditions.tree.operators import AMOUNTS, COUNTS
from engine.conditions.tree.say import Say


def compares(operator: str, figure: int | None, limit: int) -> bool:
    """Return whether the figure is at least, at most or exactly the limit; one that is not known is not."""
    if figure is None:
        return False
    if operator == "at_least":
        return figure >= limit
    return figure <= limit if operator == "at_most" else figure == limit


class AmountLeaf(Leaf, frozen=True):
    """An amount in one currency is at least, or at most, so many minor units."""

    operators: ClassVar[tuple[str, ...]] = AMOUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("minor", "money"), Field("currency", "currency"))
    # The message for each operator, with %(amount)s.
    says: ClassVar[Mapping[str, str]]

    minor: Minor
    currency: CurrencyCode

    @classmethod
    def amount_in(cls, circumstances: Circumstances, currency: str) -> int | None:
        """Return the amount in minor units, None where there is none in this currency."""
        raise NotImplementedError

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the amount is large, or small, enough."""
        return compares(self.op, self.amount_in(circumstances, self.currency), self.minor)

    def seen(self, circumstances: Circumstances) -> Amount | None:
        """Return the amount."""
        minor = self.amount_in(circumstances, self.currency)
        return None if minor is None else Amount(minor, self.currency)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.text(self.says[self.op], amount=say.money(self.minor, self.currency))


class CountLeaf(Leaf, frozen=True):
    """A number of things is at least, at most or exactly `count`."""

    operators: ClassVar[tuple[str, ...]] = COUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("count", "count"),)
    # The messages for each operator, for one and for several, with %(count)s.
    says: ClassVar[Mapping[str, tuple[str, str]]]

    count: Count

    @classmethod
    def number_of(cls, circumstances: Circumstances) -> int | None:
        """Return the number, None where nobody knows it."""
        raise NotImplementedError

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the number compares as it should."""
        return compares(self.op, self.number_of(circumstances), self.count)

    def seen(self, circumstances: Circumstances) -> int | None:
        """Return the number."""
        return self.number_of(circumstances)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the number."""
        return cls.number_of(circumstances)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.plural(self.says[self.op], self.count)


class DaysSinceLeaf(Leaf, frozen=True):
    """A day of the shopper's past is at least, or at most, `days` days ago, by the calendar of the shop."""

    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = AMOUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("days", "days"),)
    # The messages for each operator, for one and for several, with %(count)s.
    says: ClassVar[Mapping[str, tuple[str, str]]]

    days: Days

    @classmethod
    def day_of(cls, circumstances: Circumstances) -> int | None:
        """Return the day, since 1970-01-01; None where there is none."""
        raise NotImplementedError

    @classmethod
    def days_since(cls, circumstances: Circumstances) -> int | None:
        """Return how many days ago it was."""
        day = cls.day_of(circumstances)
        return None if day is None else local_day(circumstances.at, circumstances.zone) - day

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether it is long, or short, enough ago."""
        return compares(self.op, self.days_since(circumstances), self.days)

    def seen(self, circumstances: Circumstances) -> int | None:
        """Return how many days ago it was."""
        return self.days_since(circumstances)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return how many days ago it was."""
        return cls.days_since(circumstances)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.plural(self.says[self.op], self.days)
