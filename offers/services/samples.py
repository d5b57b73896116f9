"""Real products to try an offer on: those that it names, otherwise best sellers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Category, Product
from catalog.services.tax_mode import shop_tax_mode
from engine.learned.generations import POPULAR
from engine.pricing import EVERYTHING, PricingProduct, Selector
from offers.models import PopularProducts
from offers.services.generation import newest_generation
from offers.services.goods import chain_of

# The best sellers that are tried; usually the first of them will do.
MAX_SELLERS = 100


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product with its name; `facts` is how the pricing core sees it."""

    name: str
    currency: str
    is_tax_included: bool
    facts: PricingProduct

    @property
    def price_minor(self) -> int:
        """Return what one unit costs."""
        return self.facts.list_minor


class IncompleteOfferError(Exception):
    """The offer has no price yet; the messages say what it lacks."""

    def __init__(self, messages: Iterable[str]) -> None:
        super().__init__()
        self.messages = list(messages)


class SampleProducts:
    """The products of one currency.

    `samples` are those that the offer does not name, in the order they were taken. Prices are as the shop
    shows them, with or without tax. `first` is the first product taken.
    """

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.samples: list[SampleProduct] = []
        self.first: SampleProduct | None = None
        self.tax_mode = shop_tax_mode()
        self._parents: dict[int, int | None] = dict(Category.objects.values_list("pk", "parent_id"))

    def take(
        self, selector: Selector, count: int = 1, *, most_expensive: bool = False
    ) -> list[SampleProduct]:
        """Return up to `count` products of the selection; IncompleteOfferError if there is none."""
        found = self._find(selector)
        order = ("-price_minor", "pk") if most_expensive else ("pk",)
        best = (
            []
            if most_expensive or selector.products
            else self._best_sellers(found, selector.categories, count)
        )
        products = best or self._read(found.order_by(*order)[:count])
        if not products:
            message = _("There is no product in %(currency)s for an example.")
            raise IncompleteOfferError([message % {"currency": self.currency}])
        if selector.everything:
            self.samples += [one for one in products if one not in self.samples]
        return products

    def take_other(self, than: Collection[int]) -> SampleProduct:
        """Return a plausible product other than these."""
        found = self._find(EVERYTHING).exclude(pk__in=than)
        best = self._best_sellers(found, frozenset(), 1)
        products = best or self._read(found.order_by("pk")[:1]) or self.take(EVERYTHING)
        self.samples += [one for one in products if one not in self.samples]
        return products[0]

    def is_empty(self) -> bool:
        """Tell whether no product has this currency."""
        return not Product.objects.filter(currency=self.currency).exists()

    def named(self, products: Collection[int]) -> list[SampleProduct]:
        """Return exactly these products, in any currency."""
        return self._read(Product.objects.filter(pk__in=products).order_by("pk"))

    def prices(self, selector: Selector, count: int) -> list[int]:
        """Return prices of the selection: all if there are few, else `count` from lowest to highest."""
        found = self._find(selector).order_by().values_list("price_minor", "tax_rate_bp", "is_tax_included")
        prices = sorted(
            {
                self.tax_mode.convert(price, rate, tax_included=included)
                for price, rate, included in found.distinct()
            }
        )
        if len(prices) <= count:
            return prices
        step = ceil(len(prices) / (count - 1))
        return [*prices[::step], prices[-1]]

    def _find(self, selector: Selector) -> QuerySet[Product]:
        priced = Product.objects.filter(currency=self.currency, price_minor__gt=0)
        if selector.products:
            return priced.filter(pk__in=selector.products)
        if not selector.everything:
            inside = [
                pk for pk in self._parents if not selector.categories.isdisjoint(chain_of(pk, self._parents))
            ]
            return priced.visible().filter(category__in=inside)
        return priced.sellable()

    def _best_sellers(
        self, found: QuerySet[Product], categories: Collection[int], count: int
    ) -> list[SampleProduct]:
        """Return what sells best among these products, none where nothing is known of them yet."""
        newest = newest_generation().values("pk")
        places = {"category__in": categories} if categories else {"category": None}
        lists = PopularProducts.objects.filter(generation__in=newest, **places).order_by("category_id")
        packed = b"".join(bytes(one) for one in lists.values_list("products", flat=True))
        records = np.frombuffer(packed, POPULAR)
        keys = records["product"][np.argsort(-records["orders"].astype(np.int64), kind="stable")][
            :MAX_SELLERS
        ]
        rank = {key: place for place, key in enumerate(keys.tolist())}
        rows = sorted(found.filter(pk__in=list(rank)), key=lambda row: rank[row.pk])
        return self._read(rows[:count])

    def _read(self, rows: Iterable[Product]) -> list[SampleProduct]:
        products = [
            SampleProduct(
                row.name,
                row.currency,
                self.tax_mode.tax_included,
                PricingProduct(
                    row.pk,
                    self.tax_mode.price_of(row),
                    chain_of(row.category_id, self._parents),
                    row.tax_rate_bp,
                    row.cost_minor,
                ),
            )
            for row in rows
        ]
        if products and self.first is None:
            self.first = products[0]
        return products
