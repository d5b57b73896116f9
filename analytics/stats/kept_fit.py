"""The constants that a fit chose, kept until enough has changed to choose again.

Constants describe how a shop's orders behave, which changes over weeks, while a recompute may run every hour.
A run stores them as JSON for the next one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import msgspec
from msgspec import Struct

from analytics.stats.fit import Fitted
from analytics.stats.sales import DAY_US, Baskets
from analytics.stats.settings import LearningSettings

# To be raised when a fit chooses otherwise than before: older constants are then chosen again.
VERSION = 1


class KeptFit(Struct, frozen=True, kw_only=True):
    """What was chosen, and on which orders: how many, the newest of them, and whether traits were known."""

    version: int = VERSION
    fitted: Fitted
    settings: LearningSettings
    order_count: int
    newest_us: int
    has_traits: bool

    @classmethod
    def of(cls, fitted: Fitted, baskets: Baskets, settings: LearningSettings, *, has_traits: bool) -> Self:
        """Return what is kept of a fit; its quality is a measurement of that run alone."""
        return cls(
            fitted=replace(fitted, quality=()),
            settings=settings,
            order_count=len(baskets.order),
            newest_us=_newest_us(baskets),
            has_traits=has_traits,
        )

    @classmethod
    def unpack(cls, document: Mapping[str, Any]) -> Self | None:
        """Return what a run stored; None if it stored nothing, or what another version chose."""
        try:
            kept = msgspec.convert(document, cls)
        except msgspec.ValidationError:
            return None
        return kept if kept.version == VERSION else None

    def pack(self) -> dict[str, Any]:
        """Return the document that a run stores."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    def holds_for(self, baskets: Baskets, settings: LearningSettings, *, has_traits: bool) -> bool:
        """Return whether these orders are nearly those that the constants were chosen on.

        Their number may have changed by a share of `fit_growth`, and the newest order may be up to `fit_days`
        newer.
        """
        if settings != self.settings or has_traits != self.has_traits:
            return False
        age_us = _newest_us(baskets) - self.newest_us
        changed_count = abs(len(baskets.order) - self.order_count)
        return (
            0 <= age_us < settings.fit_days * DAY_US
            and changed_count <= settings.fit_growth * self.order_count
        )


def _newest_us(baskets: Baskets) -> int:
    return int(baskets.placed_us.max(initial=0))
