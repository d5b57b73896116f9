"""Offers with conditions, and the audiences of the demo's customers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from demo.services.headlines import headlines_of
from offers.models import Audience, AudienceCount, Offer
from offers.services.audience.members import unpack_members
from offers.services.condition_text import sentences_of
from offers.services.speech import name_columns


@dataclass(frozen=True, slots=True)
class LimitedOffer:
    """An offer that not everybody sees at all times, and its conditions as a sentence."""

    headline: str
    sentence: str


def limited_offers(*, at: datetime, language: str) -> list[LimitedOffer]:
    """Return the live offers with conditions in the active language, by priority."""
    live = Offer.objects.live_at(at).filter(conditions__isnull=False)
    headlines = headlines_of(live, language)
    rows = list(live.order_by("-priority", "pk").values_list("code", "conditions"))
    sentences = sentences_of(conditions for _code, conditions in rows)
    return [
        LimitedOffer(headlines[code], sentence)
        for (code, _conditions), sentence in zip(rows, sentences, strict=True)
    ]


def audiences_of(customers: Collection[int]) -> dict[int, list[str]]:
    """Return the names of each customer's audiences as of their last count, in one query."""
    wanted = np.array(sorted(customers), np.int64)
    found: dict[int, list[str]] = {key: [] for key in customers}
    if not found:
        return found
    counts = AudienceCount.objects.filter(size__gt=0).order_by("audience_id")
    columns = [f"audience__{column}" for column in name_columns(Audience)]
    for members, *names in counts.values_list("members", *columns):
        name = next(filter(None, names))
        for key in np.intersect1d(wanted, unpack_members(bytes(members))).tolist():
            found[key].append(name)
    return found
