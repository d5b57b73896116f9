"""How the simulated shoppers of the demo behave. All of it is invented.

Probabilities are from 0 to 1. What an offer does better or worse somewhere is planted, so that the pages that
look for such differences have true ones to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from catalog.models import BenefitKind
from demo.plans.offer_plans import DemoOffer
from offers.models import Channel, DeclineReason, StrategyCode

DEFAULT_WEEKS: Final = 6
# How many pages shoppers are decided offers for. They return to each in later weeks.
PAGES_PER_WEEK: Final = 220
SEED: Final = 20_170_101
# The demo's own pages are the web shop: a filter for the channel tells the two apart.
CHANNEL: Final = Channel.APP
# Also the name of the API key.
NAME: Final = "Simulated shoppers"
ORDER_PREFIX: Final = "SIM-"

# Where shoppers are when they are shown offers, and how much of a visit's basket is in the cart by then.
PLACEMENTS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "product_page": (0.2, 0.0),
        "cart": (0.35, 0.5),
        "checkout": (0.2, 1.0),
        "after_purchase": (0.25, 1.0),
    }
)
MOST_IN_CART: Final = 10

# Who looks at a position, the first of these at the first; below the last, as many as there.
VIEWED: Final = (0.95, 0.85, 0.75, 0.65)
# Who clicks on what they look at, by kind of offer.
CLICKED: Final[Mapping[str, float]] = MappingProxyType(
    {
        "upgrade": 0.16,
        "cross_sell": 0.24,
        "bundle": 0.16,
        "quantity": 0.18,
        "subscription": 0.08,
        "add_on": 0.18,
        "threshold": 0.1,
        "buy_get": 0.18,
    }
)
# Of those who clicked, and of those who accepted.
ACCEPTED, BOUGHT = 0.6, 0.8
# Each view of an offer before makes the next click so much less likely.
FATIGUE: Final = 0.97
# Of those who looked and did not click.
DECLINED, DISMISSED, NEVER, COMPLAINED = 0.012, 0.006, 0.0006, 0.0002
REASONS: Final = (DeclineReason.FIT, DeclineReason.PRICE, DeclineReason.HAVE_IT, DeclineReason.TIMING, "")
# Views that a storefront reports twice.
REPEATED: Final = 0.01
# What goes with an accepted product in its order: the share of another of the customer's baskets.
WITH_IT: Final = 0.9

# How much segments like to be shown offers at all.
TASTES: Final[Mapping[str, float]] = MappingProxyType(
    {"champion": 1.2, "loyal": 1.1, "promising": 1.0, "new": 0.9, "at_risk": 0.7, "lost": 0.6}
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What changes the clicks on one offer: in some segments, from an hour on, or in the last days."""

    offer: str
    factor: float
    segments: frozenset[str] = frozenset()
    from_hour: int = 0
    last_days: int = 0


PLANTED: Final = (
    Planted("together-for-less", 2.4, segments=frozenset({"champion", "loyal"})),
    Planted("your-usual", 2.0, from_hour=18),
    Planted("picked-for-you", 2.8),
    Planted("goes-well-together", 0.45, last_days=7),
)

# Larger than the usual 10 %: the data has only 2,469 households.
HOLDOUT_SHARE_BP: Final = 2000


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """An experiment of two arms: what it changes and how it compares.

    It begins with the simulated time. `days_left` is when it ends, 0 for one that was concluded after two
    thirds of that time. `variant` is the offer of the second arm, None to show nothing.
    """

    code: str
    name_en: str
    name_ja: str
    hypothesis: str
    offer: str
    arm_names: tuple[str, str]
    days_left: int = 0
    metric: str = "sales"
    variant: DemoOffer | None = None


EXPERIMENTS: Final = (
    ExperimentPlan(
        code="without-recommendations",
        name_en="Cart without recommendations",
        name_ja="カートでおすすめを表示しない場合",
        hypothesis="Recommendations add to what known customers spend. Without them, sales per shopper fall.",
        offer="picked-for-you",
        arm_names=("With recommendations", "Without recommendations"),
    ),
    ExperimentPlan(
        code="thank-you-words",
        name_en="Thank-you offer: another headline",
        name_ja="購入後のオファー：見出しの比較",
        hypothesis="A headline that names the reason is clicked more often.",
        offer="thank-you",
        arm_names=("Thank you", "You have earned it"),
        days_left=21,
        metric="conversion",
        variant=DemoOffer(
            code="thank-you-earned",
            name="After purchase: 15% off, with another headline",
            kind="cross_sell",
            placements=("after_purchase",),
            strategies=(StrategyCode.RECOMMENDED, StrategyCode.POPULAR),
            priority=65,
            max_proposals=2,
            headline_en="You have earned it: 15% off next time",
            headline_ja="次回のお買い物が15%引きになりました",
            benefit_kind=BenefitKind.PERCENT,
            benefit_value=1500,
        ),
    ),
)
