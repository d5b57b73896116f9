"""What is known of an effect: a value with its interval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EffectInterval:
    """A difference, treated minus control, and its interval (95 % unless said otherwise)."""

    value: float
    low: float
    high: float

    @property
    def is_positive(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0

    @property
    def is_negative(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high < 0

    def reversed(self) -> "EffectInterval":
        """Return the effect with the opposite sign: a fall of what should fall is a gain."""
        return EffectInterval(-self.value, -self.high, -self.low)


@dataclass(frozen=True, slots=True)
class MeanEffect(EffectInterval):
    """The difference of two means, with what it was computed from."""

    standard_error: float
    p_value: float  # two-sided
