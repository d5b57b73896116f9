"""The kinds of offer, as decisions see them: one module each, and the registry that names them."""

from engine.decision.kinds.add_on import AddOnKind
from engine.decision.kinds.bundle import BundleKind
from engine.decision.kinds.buy_get import BuyGetKind
from engine.decision.kinds.cross_sell import CrossSellKind
from engine.decision.kinds.kind import Kind
from engine.decision.kinds.quantity import QuantityKind
from engine.decision.kinds.subscription import SubscriptionKind
from engine.decision.kinds.threshold import ThresholdKind
from engine.decision.kinds.upgrade import UpgradeKind

KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let offers be of this kind. Raises ValueError if there is a kind with its code."""
    if kind.code in KINDS:
        raise ValueError(f"There is a kind {kind.code!r} already.")
    KINDS[kind.code] = kind


for _kind in (
    UpgradeKind(),
    CrossSellKind(),
    BundleKind(),
    QuantityKind(),
    SubscriptionKind(),
    AddOnKind(),
    ThresholdKind(),
    BuyGetKind(),
):
    register(_kind)
