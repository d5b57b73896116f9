"""Upgrade ladders 梅・竹・松 from real products: the same kind, a larger size or a name brand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import floor

from demo.data.catalogue import CatalogueItem

LABELS = ("梅", "竹", "松")
# The range of price steps within one choice.
MIN_PRICE_STEP, MAX_PRICE_STEP = 1.05, 2.5
MIN_SIZE_STEP = 1.2
SAME_SIZE = 0.01
CANDIDATES_OF_A_KIND = 24
# Kinds that mix single units and packs: "12 oz" may be one can or each can of a pack.
PACKS = ("pack", "pk", "multi", "case")
MULTIPLES = {2: ("Twice the size", "2倍の量"), 3: ("Three times the size", "3倍の量")}


@dataclass(frozen=True, slots=True)
class TierPlan:
    """A tier, and its benefit over the tier below."""

    sku: str
    label: str
    gain_en: str = ""
    gain_ja: str = ""


@dataclass(frozen=True, slots=True)
class LadderPlan:
    """Three tiers from basic to premium."""

    name: str
    tiers: tuple[TierPlan, ...]


def plan_ladders(items: Iterable[CatalogueItem], *, limit: int) -> list[LadderPlan]:
    """Return at most `limit` ladders, one per kind of product, most orders first."""
    kinds: dict[tuple[str, str], list[CatalogueItem]] = defaultdict(list)
    for item in items:
        if item.amount and not any(word in item.kind.lower() for word in PACKS):
            kinds[item.category, item.kind].append(item)
    chains = [(name, chain) for name, members in kinds.items() if (chain := _best_chain(members))]
    chains.sort(key=lambda entry: (-_orders(entry[1]), entry[0]))
    return [LadderPlan(f"{category}: {kind}", _tiers(chain)) for (category, kind), chain in chains[:limit]]


def gain(below: CatalogueItem, above: CatalogueItem) -> tuple[str, str] | None:
    """Return the benefit of `above` over `below` in English and Japanese; None if it is not an upgrade.

    Percentages are rounded down, so that the promise is true.
    """
    if not MIN_PRICE_STEP <= above.price_minor / below.price_minor <= MAX_PRICE_STEP:
        return None
    if above.unit != below.unit:
        return None
    if below.is_store_brand and not above.is_store_brand:
        return _gain_of_brand(below, above)
    return _gain_of_size(below, above) if above.maker == below.maker else None


def _gain_of_brand(below: CatalogueItem, above: CatalogueItem) -> tuple[str, str] | None:
    if abs(above.amount / below.amount - 1) > SAME_SIZE:
        return None
    return "Name brand instead of store brand", "ストアブランドからメーカー品へ"


def _gain_of_size(below: CatalogueItem, above: CatalogueItem) -> tuple[str, str] | None:
    ratio = above.amount / below.amount
    each = (above.price_minor / above.amount) / (below.price_minor / below.amount)
    cheaper = floor(100 * (1 - each) + 1e-9)
    if ratio < MIN_SIZE_STEP or cheaper < 1:
        return None
    more = floor(100 * (ratio - 1) + 1e-9)
    whole = round(ratio)
    en, ja = MULTIPLES.get(whole if ratio == whole else 0, (f"{more}% more", f"{more}%増量"))
    return f"{en}, {cheaper}% less per {above.unit}", f"{ja}、1 {above.unit}あたり{cheaper}%お得"


def _best_chain(members: list[CatalogueItem]) -> tuple[CatalogueItem, ...] | None:
    chains = _chains(members[:CANDIDATES_OF_A_KIND])
    return max(chains, key=lambda chain: (_orders(chain), [item.sku for item in chain]), default=None)


def _chains(members: list[CatalogueItem]) -> Iterator[tuple[CatalogueItem, ...]]:
    by_price = sorted(members, key=lambda item: (item.price_minor, item.sku))
    for chain in combinations(by_price, len(LABELS)):
        if all(gain(below, above) for below, above in pairwise(chain)):
            yield chain


def _orders(chain: tuple[CatalogueItem, ...]) -> int:
    return sum(item.order_count for item in chain)


def _tiers(chain: tuple[CatalogueItem, ...]) -> tuple[TierPlan, ...]:
    gains = [("", ""), *(gain(*step) or ("", "") for step in pairwise(chain))]
    return tuple(
        TierPlan(item.sku, label, en, ja) for item, label, (en, ja) in zip(chain, LABELS, gains, strict=True)
    )
