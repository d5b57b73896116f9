"""The products of the synthetic shop, and what its customers bought together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.snapshot.data import (
    NO_CATEGORY,
    UNTRACKED,
    BundleData,
    PartnerColumns,
    PopularColumns,
    ProductColumns,
    ProductRelationData,
    UpgradeTierData,
)

CURRENCY = "JPY"
ROOTS, BRANCHES, LEAVES = 10, 60, 400
PARTNERS_EACH = 20
BESTSELLERS_EACH = 50
ORDER_COUNT = 2_000_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BenchCatalogue:
    """A shop without offers. `by_demand` are the rows of the products, the most popular first."""

    products: ProductColumns
    category_parent: Ints
    partners: PartnerColumns
    popular: PopularColumns
    relations: list[ProductRelationData]
    ladders: list[list[UpgradeTierData]]
    bundles: list[BundleData]
    by_demand: Ints

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        """Return `count` rows with a Zipf-like popularity."""
        n = len(self.by_demand)
        ranks = (n + 1) ** rng.random(count) - 1
        rows: Ints = self.by_demand[ranks.astype(np.int64).clip(0, n - 1)]
        return rows


def make_catalogue(*, product_count: int, seed: int = 1) -> BenchCatalogue:
    """Return a shop of `product_count` products, at least 1,000."""
    rng = np.random.default_rng(seed)
    parents = _category_parents()
    category = rng.integers(ROOTS + BRANCHES, len(parents), product_count)
    by_demand = rng.permutation(product_count)
    return BenchCatalogue(
        products=_products(category, rng),
        category_parent=parents,
        partners=_partners(category, by_demand, rng),
        popular=_popular(category, parents, by_demand),
        relations=_relations(product_count, rng),
        ladders=_ladders(category, rng),
        bundles=_bundles(product_count, rng),
        by_demand=by_demand,
    )


def _category_parents() -> Ints:
    """Return a category tree of three levels."""
    branches = np.arange(BRANCHES) % ROOTS
    leaves = ROOTS + np.arange(LEAVES) % BRANCHES
    return np.concatenate([np.full(ROOTS, NO_CATEGORY), branches, leaves])


def _products(category: Ints, rng: np.random.Generator) -> ProductColumns:
    """Return typical products: 2 % hidden, half of them with tracked stock, 5 % sold out."""
    n = len(category)
    stock = np.where(rng.random(n) < 0.5, rng.integers(1, 500, n), UNTRACKED)
    stock[rng.random(n) < 0.05] = 0
    return ProductColumns(
        pk=np.arange(1, n + 1, dtype=np.int64),
        sku=[f"{4_900_000_000_000 + row * 7}" for row in range(n)],
        name=[f"有機コーヒー豆 Blend No. {row} 200 g" for row in range(n)],
        image_url=[f"https://shop.example/media/products/{row}.webp" for row in range(n)],
        page_url=[f"https://shop.example/products/blend-no-{row}" for row in range(n)],
        price_minor=np.exp(rng.normal(7.2, 0.8, n)).astype(np.int64) + 50,
        currency=[CURRENCY] * n,
        stock=stock,
        is_hidden=rng.random(n) < 0.02,
        category=category,
    )


def _partners(category: Ints, by_demand: Ints, rng: np.random.Generator) -> PartnerColumns:
    """Return 20 partners per product: half from its category, half popular ones."""
    n, half = len(category), PARTNERS_EACH // 2
    order = np.argsort(category, kind="stable")
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    near = order[(place[:, None] + 1 + np.arange(half)) % n]
    best = by_demand[: max(n // 20, 2 * PARTNERS_EACH)]
    far = best[(rng.integers(0, len(best), (n, 1)) + 3 * np.arange(half)) % len(best)]
    rows = np.stack([near, far], axis=2).reshape(n, PARTNERS_EACH)
    itself = rows == np.arange(n)[:, None]
    rows[itself] = (rows[itself] + 1) % n
    score: Floats = np.sort(rng.random((n, PARTNERS_EACH), np.float32), axis=1)[:, ::-1].ravel()
    orders = (score * 300).astype(np.int64) + 2
    return PartnerColumns(
        starts=np.arange(0, n * PARTNERS_EACH + 1, PARTNERS_EACH, dtype=np.int64),
        product=rows.ravel(),
        score=score,
        orders=orders,
        support=(orders / ORDER_COUNT).astype(np.float32),
        confidence=(score / 4).astype(np.float32),
        lift=1 + score * 9,
        llr=score * 120,
    )


def _popular(category: Ints, parents: Ints, by_demand: Ints) -> PopularColumns:
    """Return the best sellers of every category with its subcategories, and last of the whole shop."""
    levels = [category, parents[category], parents[parents[category]]]
    lists = []
    for wanted in range(len(parents)):
        level = levels[(wanted < ROOTS + BRANCHES) + (wanted < ROOTS)]
        lists.append(by_demand[level[by_demand] == wanted][:BESTSELLERS_EACH])
    lists.append(by_demand[: 2 * BESTSELLERS_EACH])
    lengths = [len(rows) for rows in lists]
    return PopularColumns(
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        product=np.concatenate(lists),
        orders=np.concatenate([np.arange(length, 0, -1) * 10 for length in lengths]),
    )


def _relations(product_count: int, rng: np.random.Generator) -> list[ProductRelationData]:
    """Return two related products for every fifth product."""
    kinds = ("accessory", "consumable", "complement")
    owners = np.repeat(np.arange(0, product_count, 5), 2)
    related = (owners + rng.integers(1, product_count, len(owners))) % product_count
    return [
        ProductRelationData(owner, other, kinds[number % 3])
        for number, (owner, other) in enumerate(zip(owners.tolist(), related.tolist(), strict=True))
    ]


def _ladders(category: Ints, rng: np.random.Generator) -> list[list[UpgradeTierData]]:
    """Return ladders of three tiers for a third of the products, each within one category."""
    order = np.argsort(category, kind="stable").tolist()
    labels = (("梅", "", ""), ("竹", "20 % more beans", "豆が20％増し"), ("松", "Hand-picked", "手摘みの豆"))
    starts = range(0, len(order) - 9, 9)
    picks = rng.integers(0, 3, len(starts)).tolist()
    return [
        [UpgradeTierData(order[start + pick + 3 * step], *label) for step, label in enumerate(labels)]
        for start, pick in zip(starts, picks, strict=True)
    ]


def _bundles(product_count: int, rng: np.random.Generator) -> list[BundleData]:
    """Return one bundle per fifty products, of two or three different ones."""
    count = product_count // 50
    first = rng.integers(0, product_count, count).tolist()
    benefits = (("percent", 1000), ("amount", 200), ("fixed", 1980), ("percent", 500))
    return [
        BundleData(
            code=f"set-{number}",
            name=f"朝食セット {number}",
            currency=CURRENCY,
            items=tuple(((row + 17 * step) % product_count, 1 + step % 2) for step in range(2 + number % 2)),
            benefit_kind=benefits[number % 4][0],
            benefit_value=benefits[number % 4][1],
        )
        for number, row in enumerate(first)
    ]
