"""Ledgers of shoppers who said no, for tests."""

from collections.abc import Iterable

from engine.restraint import LedgerEntry, RestraintLedger
from engine.restraint.entry import products_key
from tests.engine.shop import NOON


def packed(*entries: LedgerEntry) -> bytes:
    """Return the packed ledger of these entries."""
    return RestraintLedger.of(entries).pack()


def refusals(
    *, offers: Iterable[str] = (), products: Iterable[str] = (), at: int = NOON
) -> list[LedgerEntry]:
    """Return the entries of declined offers by code, and of declined products: SKUs with a space between."""
    return [
        *(LedgerEntry("declined", at, subject=code) for code in offers),
        *(LedgerEntry("declined", at, "product", products=products_key(key.split())) for key in products),
    ]


def refusing(*, offers: Iterable[str] = (), products: Iterable[str] = (), at: int = NOON) -> bytes:
    """Return the packed ledger of somebody who declined these."""
    return packed(*refusals(offers=offers, products=products, at=at))
