"""Conditions that compare one figure: an amount of money, a number of things, a number of days."""

from collections.abc import Hashable, Mapping
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Flags, Ints, Part, Shoppers
from engine.conditions.tree.leaf import (
    SAID,
    About,
    Amount,
    Count,
    CurrencyCode,
    Days,
    Field,
    Leaf,
    LookedAt,
    Minor,
    Seen,
    Wanted,
)
from engine.conditions.tree.local import days_ago, local_day
from engine.conditions.tree.operators import AMOUNTS, COUNTS
from engine.conditions.tree.say import Say
from engine.learned.facts import NO_DAY, NOTHING


def compares(operator: str, figure: int | None, limit: int) -> bool:
    """Return whether the figure is at least, at most or exactly the limit; one that is not known is not."""
    if figure is None:
        return False
    if operator == "at_least":
        return figure >= limit
    return figure <= limit if operator == "at_most" else figure == limit


def among_figures(operator: str, figures: Ints, limit: int, *, is_known: Flags) -> Flags:
    """Return which of many figures compare as they should, (n,)."""
    if operator == "at_least":
        return np.asarray(is_known & (figures >= limit))
    return np.asarray(is_known & (figures <= limit if operator == "at_most" else figures == limit))


def range_of(operator: str, limit: int) -> tuple[int | None, int | None]:
    """Return the lowest and the highest figure for which the comparison holds; None: no bound."""
    return None if operator == "at_most" else limit, None if operator == "at_least" else limit


class AmountLeaf(Leaf, frozen=True):
    """An amount in one currency is at least, or at most, a number of minor units."""

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

    @classmethod
    def amounts_of(cls, shoppers: Shoppers) -> Ints:
        """Return the amount of each of many customers, (n,): NOTHING where it is not known."""
        raise NotImplementedError

    def among(self, shoppers: Shoppers) -> Flags:
        """Return whose amount is large, or small, enough, and of this currency."""
        amounts = self.amounts_of(shoppers)
        is_known = (amounts != NOTHING) & (shoppers.currency == self.currency)
        return among_figures(self.op, amounts, self.minor, is_known=is_known)

    def seen(self, circumstances: Circumstances) -> Amount | None:
        """Return the amount."""
        minor = self.amount_in(circumstances, self.currency)
        return None if minor is None else Amount(minor, self.currency)

    def wanted(self) -> Wanted:
        """Return the range of the amount."""
        return Wanted((self.currency,), *range_of(self.op, self.minor))

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.text(self.says[self.op], amount=say.money(self.minor, self.currency))


class ShopperAmountLeaf(AmountLeaf, frozen=True):
    """An amount that is known of the shopper, in the currency of their facts."""

    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("facts",)

    @classmethod
    def amount_of(cls, shopper: ShopperFacts) -> int | None:
        """Return the amount in minor units, None if it is not known."""
        raise NotImplementedError

    @classmethod
    def amount_in(cls, circumstances: Circumstances, currency: str) -> int | None:
        """Return the amount, None if it is not known or is of another currency."""
        shopper = circumstances.shopper
        return None if shopper is None or shopper.currency != currency else cls.amount_of(shopper)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the amount with its currency."""
        shopper = circumstances.shopper
        return None if shopper is None else (shopper.currency, cls.amount_of(shopper))

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the amount by its currency."""
        shopper = circumstances.shopper
        amount = None if shopper is None else cls.amount_of(shopper)
        return () if shopper is None or amount is None else ((shopper.currency, amount),)


class CountLeaf(Leaf, frozen=True):
    """A number of things is at least, at most or exactly `count`."""

    operators: ClassVar[tuple[str, ...]] = COUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("count", "count"),)
    # The messages for each operator, for one and for several, with %(count)s.
    says: ClassVar[Mapping[str, tuple[str, str]]]
    # How a number of the things is said, for one and for several.
    counted: ClassVar[tuple[str, str]]

    count: Count

    @classmethod
    def number_of(cls, circumstances: Circumstances) -> int | None:
        """Return the number, None where nobody knows it."""
        raise NotImplementedError

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the number compares as it should."""
        return compares(self.op, self.number_of(circumstances), self.count)

    @classmethod
    def numbers_of(cls, shoppers: Shoppers) -> Ints:
        """Return the number of each of many customers: (n,)."""
        raise NotImplementedError

    def among(self, shoppers: Shoppers) -> Flags:
        """Return whose number compares as it should."""
        numbers = self.numbers_of(shoppers)
        return among_figures(self.op, numbers, self.count, is_known=np.ones(len(shoppers), np.bool_))

    def seen(self, circumstances: Circumstances) -> int | None:
        """Return the number."""
        return self.number_of(circumstances)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the number."""
        return cls.number_of(circumstances)

    def wanted(self) -> Wanted:
        """Return the range of the number."""
        return Wanted((SAID,), *range_of(self.op, self.count))

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the number."""
        number = cls.number_of(circumstances)
        return () if number is None else ((SAID, number),)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.plural(self.says[self.op], self.count)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return the number of things in words."""
        return say.plural(self.counted, seen) if isinstance(seen, int) else super().say_seen(seen, say)


class DaysSinceLeaf(Leaf, frozen=True):
    """A day of the shopper's past is at least, or at most, `days` days ago, by the calendar of the shop."""

    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = AMOUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("days", "days"),)
    parts: ClassVar[tuple[Part, ...]] = ("facts",)
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

    @classmethod
    def days_of(cls, shoppers: Shoppers) -> Ints:
        """Return the day of each of many customers, (n,): NO_DAY where there is none."""
        raise NotImplementedError

    def among(self, shoppers: Shoppers) -> Flags:
        """Return for whom it is long, or short, enough ago."""
        days = self.days_of(shoppers)
        return among_figures(self.op, shoppers.today - days, self.days, is_known=days != NO_DAY)

    def seen(self, circumstances: Circumstances) -> int | None:
        """Return how many days ago it was."""
        return self.days_since(circumstances)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return how many days ago it was."""
        return cls.days_since(circumstances)

    def wanted(self) -> Wanted:
        """Return the range of the days."""
        return Wanted((SAID,), *range_of(self.op, self.days))

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return how many days ago it was."""
        days = cls.days_since(circumstances)
        return () if days is None else ((SAID, days),)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.plural(self.says[self.op], self.days)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return how long ago it was."""
        return days_ago(seen, say) if isinstance(seen, int) else super().say_seen(seen, say)
