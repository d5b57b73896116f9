"""What an experiment has shown, as it is stored: frozen values with the codes of arms and metrics."""

from datetime import date
from typing import Final

from msgspec import Struct

VERSION: Final = 1


class ArmUnits(Struct, frozen=True):
    """The units of an arm: counted, shown an offer by the server, and of those reported to have seen it."""

    arm: str
    weight: float
    units: int
    shown: int
    seen: int


class ArmEffect(Struct, frozen=True):
    """The difference of an arm to the control, in the unit of the metric.

    Without `low` and `high` there is not enough data. `share` is the difference as a share of the control.
    """

    arm: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    share: float | None = None
    smallest_effect: float | None = None  # what would have been seen with a probability of 80 %
    is_certain: bool = False


class MetricResult(Struct, frozen=True):
    """A metric: its mean in each arm, None where it is not known, and the effect of each treated arm."""

    code: str
    means: tuple[float | None, ...]
    units: tuple[int, ...]  # of each arm: fewer for lifetimes
    effects: tuple[ArmEffect, ...]


class LimitedAmount(Struct, frozen=True):
    """The largest amount of a unit that counts, in minor units, and how many units are above it."""

    column: str
    value: float
    units: int


class PhaseResult(Struct, frozen=True):
    """What was counted of a phase from its first to its last day. `lost_arm` lost too many exposures."""

    number: int
    first_day: date
    last_day: date
    arms: tuple[ArmUnits, ...]
    left_out: int
    split_p_value: float
    is_split_broken: bool
    lost_arm: str | None
    cost_known_share: float | None
    limited: tuple[LimitedAmount, ...]
    metrics: tuple[MetricResult, ...]

    @property
    def is_trusted(self) -> bool:
        """Whether the arms can be compared."""
        return not self.is_split_broken and self.lost_arm is None


class ArmVerdict(Struct, frozen=True):
    """The sentence about an arm: the kind, its effects in the unit of the metric, and names for the rest."""

    arm: str
    kind: str
    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    smallest_effect: float | None = None
    control_mean: float | None = None
    guardrails: tuple[str, ...] = ()
    phase: int | None = None
    lost_arm: str | None = None
    missing_share: float | None = None
    other_share: float | None = None


class AttributedSales(Struct, frozen=True):
    """What orders of the same days are credited to offers, in minor units, minus what was returned."""

    orders: int
    sales_minor: int
    margin_minor: int


class TrialResult(Struct, frozen=True):
    """What an experiment, or the groups of the shop, have shown up to but excluding the day `until`."""

    version: int
    until: date
    currency: str
    is_final: bool
    has_end: bool
    arms: tuple[str, ...]
    verdicts: tuple[ArmVerdict, ...]
    phases: tuple[PhaseResult, ...]
    attributed: AttributedSales | None = None
