"""The proposers of each kind of offer, one module each, and their registry."""

from engine.decision.kinds.add_on import AddOnProposer
from engine.decision.kinds.bundle import BundleProposer
from engine.decision.kinds.buy_get import BuyGetProposer
from engine.decision.kinds.cross_sell import CrossSellProposer
from engine.decision.kinds.proposer import Proposer
from engine.decision.kinds.quantity import QuantityProposer
from engine.decision.kinds.subscription import SubscriptionProposer
from engine.decision.kinds.threshold import ThresholdProposer
from engine.decision.kinds.upgrade import UpgradeProposer

# The proposer of each kind by its code.
KINDS: dict[str, Proposer] = {}


def register(proposer: Proposer) -> None:
    """Register the proposer of a kind; raise ValueError if its code is taken."""
    if proposer.code in KINDS:
        raise ValueError(f"There is a kind {proposer.code!r} already.")
    KINDS[proposer.code] = proposer


for _proposer in (
    UpgradeProposer(),
    CrossSellProposer(),
    BundleProposer(),
    QuantityProposer(),
    SubscriptionProposer(),
    AddOnProposer(),
    ThresholdProposer(),
    BuyGetProposer(),
):
    register(_proposer)
