"""The terms of each kind of offer, one module each, and their registry."""

from typing import Final

import msgspec

from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.pricing.offer import Terms

# The terms of each kind by its code, which is the tag with which snapshots and quotes store them.
KINDS: Final[dict[str, type[Terms]]] = {}


def register(terms: type[Terms]) -> None:
    """Register the terms of a kind; raise ValueError if its code is taken."""
    code = terms.__struct_config__.tag
    if not isinstance(code, str):
        raise TypeError(f"{terms.__name__} needs the code of its kind as its tag")
    if code in KINDS:
        raise ValueError(f"the kind {code} is registered already")
    KINDS[code] = terms


def decode_terms(_type: type, value: object) -> Terms:
    """Return the terms in a decoded message; use it as `dec_hook` to decode offers.

    Raises ValueError for a kind that is not registered.
    """
    code = value.get("type") if isinstance(value, dict) else None
    if code not in KINDS:
        raise ValueError(f"no kind of offer has the code {code!r}")
    return msgspec.convert(value, KINDS[code])


for _terms in (
    UpgradeTerms,
    CrossSellTerms,
    BundleTerms,
    QuantityTerms,
    SubscriptionTerms,
    AddOnTerms,
    ThresholdTerms,
    BuyGetTerms,
):
    register(_terms)
