"""What the kinds with terms of their own tell beyond products and a price."""

from msgspec import structs

from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.quantity import NextTier
from engine.decision.kinds.subscription import Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import Detail
from gateway.api.render import money
from offers.api.render_product import render_product
from offers.api.shapes.offer import (
    AddOnAnswer,
    MissingAnswer,
    NextTierAnswer,
    OfferAnswer,
    RewardAnswer,
    SubscriptionAnswer,
)

BASIS_POINTS_IN_A_PERCENT = 100


def with_detail(answer: OfferAnswer, detail: Detail, currency: str) -> OfferAnswer:
    """Return the answer with what its kind has to tell."""
    match detail:
        case NextTier():
            return structs.replace(answer, next=_next_tier(detail, currency))
        case NextReward():
            return structs.replace(
                answer,
                missing=_missing(detail, currency),
                reward=_reward(detail, currency),
                reached_by=[render_product(product, currency) for product in detail.reached_by],
            )
        case Recurring():
            return structs.replace(answer, subscription=_subscription(detail, currency))
        case Choice():
            return structs.replace(answer, add_on=_add_on(detail, currency))
    return answer


def _next_tier(detail: NextTier, currency: str) -> NextTierAnswer:
    return NextTierAnswer(
        more=detail.more,
        quantity=detail.quantity,
        total=money(detail.total_minor, currency),
        gain=money(detail.gain_minor, currency),
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


def _subscription(detail: Recurring, currency: str) -> SubscriptionAnswer:
    return SubscriptionAnswer(
        now=money(detail.now_minor, currency),
        later=money(detail.later_minor, currency),
        from_cycle=detail.from_cycle,
        interval_days=list(detail.intervals),
    )


def _add_on(detail: Choice, currency: str) -> AddOnAnswer:
    return AddOnAnswer(
        on=detail.on,
        options=[render_product(option, currency) for option in detail.options],
        min_count=detail.min_count,
        max_count=detail.max_count,
        included_count=detail.included_count,
    )
