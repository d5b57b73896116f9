"""The conditions of an offer, from its columns."""

from datetime import datetime
from typing import Any

from django.conf import settings

from engine.conditions import (
    AcceptanceRequired,
    Active,
    AnyCondition,
    AudienceRequired,
    MinimumSubtotal,
    PromotionCodes,
    Schedule,
    Trigger,
    UsageLimits,
)
from engine.conditions.required import parts_of
from engine.conditions.schedule import ALWAYS
from offers.models import Offer
from offers.services.source import OfferSource


def conditions_of(source: OfferSource[Any]) -> tuple[AnyCondition, ...]:
    """Return the conditions of an offer, in the order in which they are asked; none that always hold."""
    conditions: list[AnyCondition] = []
    if not source.is_active:
        conditions.append(Active(is_active=False))
    if source.codes is not None:
        conditions.append(PromotionCodes(source.codes, source.code_batches))
    if (schedule := schedule_of(source)) != ALWAYS:
        conditions.append(schedule)
    if source.arm is not None:
        conditions.append(source.arm)
    if source.audience in ("known", "anonymous"):
        conditions.append(AudienceRequired("known" if source.audience == "known" else "anonymous"))
    if source.has_triggers:
        conditions.append(Trigger(source.triggers.products, source.triggers.categories))
    if source.min_subtotal_minor is not None:
        conditions.append(MinimumSubtotal(source.currency or "", source.min_subtotal_minor))
    if source.tree is not None:
        conditions.extend(parts_of(source.tree))
    if source.needs_acceptance:
        conditions.append(AcceptanceRequired(source.id))
    return (*conditions, *_limits_of(source))


def _limits_of(source: OfferSource[Any]) -> tuple[UsageLimits, ...]:
    columns = (source.usage_limit, source.customer_usage_limit, source.budget_minor)
    if columns == (None, None, None):
        return ()
    return (UsageLimits(source.id, *columns, is_for_guests=settings.AWASE_GUESTS_USE_CUSTOMER_LIMITS),)


def schedule_of(source: OfferSource[Any] | Offer) -> Schedule:
    """Return the period of an offer, in whole seconds."""
    return Schedule(_seconds(source.starts_at), _seconds(source.ends_at))


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
