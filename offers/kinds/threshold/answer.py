"""The fields that a threshold reward has in the API."""

import msgspec
from msgspec import UNSET, UnsetType

from engine.decision.kinds.threshold import NextReward
from gateway.api.render import money
from gateway.api.shapes.types import Money
from offers.api.render_product import render_product
from offers.api.shapes.proposal import OfferedProduct

BASIS_POINTS_IN_A_PERCENT = 100


class MissingAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the cart lacks for the reward: an amount to spend, or units."""

    spend: Money | UnsetType = UNSET
    units: int | UnsetType = UNSET


class RewardAnswer(msgspec.Struct, frozen=True):
    """The reward. A gift is listed in `products`. `percent` is “7.5” for 7.5%."""

    free_shipping: bool
    percent: str | UnsetType = UNSET
    amount: Money | UnsetType = UNSET


class ThresholdFields(msgspec.Struct, frozen=True):
    """The fields of a threshold reward.

    Adding its `quantity` of any one product in `reached_by` reaches the reward.
    """

    missing: MissingAnswer
    reward: RewardAnswer
    reached_by: list[OfferedProduct]


def render(detail: NextReward, currency: str) -> ThresholdFields:
    """Return what is missing, the reward, and the products that reach it."""
    return ThresholdFields(
        missing=_missing(detail, currency),
        reward=_reward(detail, currency),
        reached_by=[render_product(product, currency) for product in detail.reached_by],
    )


def _missing(detail: NextReward, currency: str) -> MissingAnswer:
    if detail.missing == "spend":
        return MissingAnswer(spend=money(detail.amount, currency))
    return MissingAnswer(units=detail.amount)


def _reward(detail: NextReward, currency: str) -> RewardAnswer:
    kind, value = detail.benefit
    if kind == "percent":
        whole, rest = divmod(value, BASIS_POINTS_IN_A_PERCENT)
        percent = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
        return RewardAnswer(detail.free_shipping, percent=percent)
    if kind == "amount":
        return RewardAnswer(detail.free_shipping, amount=money(value, currency))
    return RewardAnswer(detail.free_shipping)
