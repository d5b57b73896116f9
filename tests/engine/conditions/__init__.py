"""Conditions of an offer, named by what a merchandiser sets; whatever is left out does not restrict it."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.conditions import (
    Active,
    AnyCondition,
    ArmRequired,
    AudienceRequired,
    MinimumSubtotal,
    PromotionCodes,
    Schedule,
    Trigger,
)
from engine.conditions.required import parts_of
from engine.conditions.tree.tree import decode


def conditions(
    *,
    currency: str = "JPY",
    is_active: bool = True,
    codes: Iterable[str] | None = None,
    starts_at: int | None = None,
    ends_at: int | None = None,
    audience: str = "everyone",
    trigger_products: Iterable[int] = (),
    trigger_categories: Iterable[int] = (),
    min_subtotal_minor: int | None = None,
    tree: Mapping[str, Any] | None = None,
    arms: tuple[str, Iterable[str]] | None = None,
) -> tuple[AnyCondition, ...]:
    """Return the conditions; triggers are primary keys, `tree` is JSON, `arms` an experiment with arms."""
    products, categories = frozenset(trigger_products), frozenset(trigger_categories)
    wanted: list[AnyCondition | None] = [
        None if is_active else Active(is_active=False),
        None if codes is None else PromotionCodes(frozenset(codes)),
        None if starts_at is None and ends_at is None else Schedule(starts_at, ends_at),
        None if arms is None else ArmRequired(arms[0], frozenset(arms[1])),
        None if audience == "everyone" else AudienceRequired("known" if audience == "known" else "anonymous"),
        Trigger(products, categories) if products or categories else None,
        None if min_subtotal_minor is None else MinimumSubtotal(currency, min_subtotal_minor),
    ]
    parts = () if tree is None else parts_of(decode(tree))
    return (*(condition for condition in wanted if condition is not None), *parts)
