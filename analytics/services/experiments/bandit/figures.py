"""What is known of a bandit on a day, as it is stored."""

from msgspec import Struct


class RateEstimate(Struct, frozen=True):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class WouldConvert(Struct, frozen=True):
    """The conversion rate if all shoppers were shown an arm, estimated from those who were.

    `plain` weighs by propensity (IPS), `normalised` divides by the sum of the weights (SNIPS).
    `effective_size` is how many shoppers of that arm alone would tell as much.
    """

    plain: RateEstimate
    normalised: RateEstimate
    effective_size: float
    largest_weight: float


class BanditArm(Struct, frozen=True):
    """An arm: its share of the day, the chance that it is the best, and what its shoppers did.

    `matured` are the shoppers as far as their purchase would be known by now. `would_convert` is None without
    enough shoppers.
    """

    arm: str
    share_bp: int
    chance: float
    shoppers: int
    matured: float
    buyers: int
    would_convert: WouldConvert | None = None


class BanditFigures(Struct, frozen=True):
    """All arms. `value_remaining` is what another arm may convert more than the leading one, as a share."""

    arms: tuple[BanditArm, ...]
    value_remaining: float
    window_days: int
    is_settled: bool
