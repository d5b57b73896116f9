"""What customers with a trait buy more often than others.

Each customer counts once per product: otherwise those who buy most would speak for all who are like them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats, Ints
from analytics.stats.popular_candidates import find_shop_best_sellers
from analytics.stats.popularity import recent_counts
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Baskets, positions_of
from analytics.stats.settings import LearningSettings
from analytics.stats.traits import CustomerTraits
from engine.learned.newcomers import Newcomers, Preference
from engine.learned.scoring import POPULAR_UNIT

# A trait of few buyers says little, and the lists of all traits travel with every snapshot.
MIN_BUYERS, MAX_TRAITS = 50, 200
# Besides the best sellers: the products that score highest with the trait.
OWN_PRODUCTS = 30
# Buyers of average taste that are added to those of each trait: a few purchases are chance.
PRIOR_BUYERS = 50.0


@dataclass(frozen=True, slots=True)
class Affinities:
    """The affinities of each trait's products: those of trait t are affinity[starts[t]:starts[t + 1]]."""

    starts: Ints  # (n_traits + 1,)
    product: Ints  # (n,) product positions, ascending within a trait
    affinity: Floats  # (n,)

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        """Return which traits list products: (n_traits,)."""
        return np.diff(self.starts) > 0


def find_affinities(
    *, baskets: Baskets, traits: CustomerTraits, recent: Ints, best_sellers: Ints
) -> Affinities:
    """Return what buyers with each trait prefer.

    recent: (n_products,) orders of the recent window; best_sellers: (m,) product positions, which every
    trait lists.
    """
    width = max(len(baskets.product), 1)
    customer, buyer, product = _bought_by_known(baskets, traits)
    place, trait = traits.of(customer)
    trait_count = len(traits.names)
    buyers = np.bincount(trait, minlength=trait_count)
    is_used = _most_common(buyers)
    share = np.bincount(product, minlength=width) / max(len(customer), 1)
    counts = _counts_by_trait(place, trait, buyer, product, is_used, width)
    listed = np.unique(np.concatenate([counts[0], _offered(is_used, best_sellers, width)]))
    bought = np.zeros(len(listed))
    bought[np.searchsorted(listed, counts[0])] = counts[1]
    trait_of, product_of = np.divmod(listed, width)
    is_sold = share[product_of] > 0
    trait_of, product_of, bought = trait_of[is_sold], product_of[is_sold], bought[is_sold]
    expected = share[product_of]
    rate = (bought + PRIOR_BUYERS * expected) / (buyers[trait_of] + PRIOR_BUYERS)
    affinity = np.log(rate / expected)
    return _strongest(trait_of, product_of, affinity, recent, best_sellers, trait_count)


def _bought_by_known(baskets: Baskets, traits: CustomerTraits) -> tuple[Ints, Ints, Ints]:
    """Return the buyers with traits, ids ascending, and what each bought, once: position and product."""
    width = max(len(baskets.product), 1)
    with_traits = np.unique(traits.customer)
    place, is_known = positions_of(baskets.customer, among=with_traits)
    keys = np.repeat(place * width, baskets.sizes) + baskets.cells
    keys = np.unique(keys[np.repeat(is_known, baskets.sizes)])
    bought_by, product = np.divmod(keys, width)
    found, buyer = np.unique(bought_by, return_inverse=True)
    return with_traits[found], buyer, product


def _most_common(buyers: Ints) -> npt.NDArray[np.bool_]:
    ranked = np.argsort(-buyers, kind="stable")[:MAX_TRAITS]
    is_used = np.zeros(len(buyers), np.bool_)
    is_used[ranked[buyers[ranked] >= MIN_BUYERS]] = True
    return is_used


def _counts_by_trait(
    place: Ints, trait: Ints, buyer: Ints, product: Ints, is_used: npt.NDArray[np.bool_], width: int
) -> tuple[Ints, Ints]:
    """Return trait × products + product, ascending, and how many buyers with the trait bought it."""
    starts = np.searchsorted(place, np.arange(int(buyer.max(initial=-1)) + 2))
    lengths = np.diff(starts)[buyer]
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[buyer] - ends + lengths, lengths)
    traits = trait[rows]
    keys = traits * width + np.repeat(product, lengths)
    return np.unique(keys[is_used[traits]], return_counts=True)


def _offered(is_used: npt.NDArray[np.bool_], best_sellers: Ints, width: int) -> Ints:
    return (np.flatnonzero(is_used)[:, None] * width + best_sellers[None, :]).ravel()


def _strongest(
    trait: Ints, product: Ints, affinity: Floats, recent: Ints, best_sellers: Ints, trait_count: int
) -> Affinities:
    """Keep the best sellers of each trait and the others that score highest."""
    is_best_seller = np.isin(product, best_sellers)
    others = np.flatnonzero(~is_best_seller)
    best = best_of_groups(
        group=trait[others],
        score=np.log1p(recent[product[others]] / POPULAR_UNIT) + affinity[others],
        tie=product[others],
        group_count=trait_count,
        limit=OWN_PRODUCTS,
    )
    kept = np.sort(np.concatenate([np.flatnonzero(is_best_seller), others[best]]))
    return Affinities(starts_of(trait[kept], group_count=trait_count), product[kept], affinity[kept])


def to_newcomers(
    *, weight: float, affinities: Affinities, names: tuple[str, ...], products: Ints, recent: Ints
) -> Newcomers | None:
    """Return what decisions read, None if the attributes do not help.

    products: (n_products,) ids; recent: (n_products,) orders of the recent window.
    """
    if not weight:
        return None
    ids, orders = products[affinities.product].tolist(), recent[affinities.product].tolist()
    rounded, starts = np.round(affinities.affinity, 3).tolist(), affinities.starts.tolist()
    listed = list(map(Preference, ids, rounded, orders))
    spans = zip(names, starts[:-1], starts[1:], strict=True)
    return Newcomers(weight, {name: tuple(listed[start:end]) for name, start, end in spans if start < end})


def learn_newcomers(
    *, baskets: Baskets, traits: CustomerTraits, weight: float, settings: LearningSettings
) -> Newcomers | None:
    """Return what customers with each trait prefer; baskets: of visible products."""
    if not weight:
        return None
    recent = recent_counts(baskets, settings)
    sellers = find_shop_best_sellers(recent, limit=settings.popular_limit).product
    affinities = find_affinities(baskets=baskets, traits=traits, recent=recent, best_sellers=sellers)
    return to_newcomers(
        weight=weight, affinities=affinities, names=traits.names, products=baskets.product, recent=recent
    )
