"""Amounts: integers in a currency's minor units inside, decimal strings in major units outside.

Exponents come from ISO 4217 (JPY 0, USD 2, KWD 3), the way people read an amount from the CLDR.
"""

from decimal import Decimal, InvalidOperation
from functools import cache

from babel.numbers import format_currency
from iso4217 import Currency

# The largest amount the databases, JSON readers and the snapshot all hold exactly.
MAX_MINOR = 2**53 - 1


@cache
def exponent_of(currency: str) -> int:
    """Return how many decimals `currency` has.

    Raises ValueError for a code that ISO 4217 does not list or that has no minor unit (gold).
    """
    exponent = Currency(currency).exponent
    if exponent is None:
        raise ValueError(f"{currency} has no minor unit")
    return int(exponent)


def to_minor(amount: str | Decimal, currency: str) -> int:
    """Return the exact minor units of a decimal amount in major units.

    Raises ValueError where the amount is not a finite decimal, has more decimals than the currency,
    or is larger than `MAX_MINOR`: nothing is rounded silently.
    """
    try:
        scaled = Decimal(amount).scaleb(exponent_of(currency))
        minor = int(scaled)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(f"{amount!r} is not an amount") from error
    if minor != scaled:
        raise ValueError(f"{amount} has more decimals than {currency} has")
    if abs(minor) > MAX_MINOR:
        raise ValueError(f"{amount} is too large")
    return minor


def to_major(minor: int, currency: str) -> str:
    """Return the decimal string of `minor`: 1999 USD → "19.99", 1980 JPY → "1980".

    This is on the hot path, hence strings and no Decimal.
    """
    exponent = exponent_of(currency)
    if exponent == 0:
        return str(minor)
    digits = f"{abs(minor):0{exponent + 1}d}"
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def format_money(minor: int, currency: str, language: str) -> str:
    """Return the amount as a person reads it: 1980 JPY → "¥1,980" (en), "￥1,980" (ja)."""
    amount = Decimal(minor).scaleb(-exponent_of(currency))
    return format_currency(amount, currency, locale=language.replace("-", "_"))
