"""An offer as pricing sees it: its terms, when it is open, and how it relates to other offers."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Self

from msgspec import Struct
from msgspec.structs import StructConfig

from engine.conditions.schedule import ALWAYS, Schedule
from engine.pricing.benefit import PriceBase
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim, Gift, Missing
from engine.pricing.lines import CanonicalLines, Purchase, Roles
from engine.pricing.running_prices import RunningPrices
from engine.pricing.selector import ACCEPTED, Selector


class Need(NamedTuple):
    """The fewest units (≥ 1) of a selection with which an offer claims anything.

    They must be on one line or, `together`, on all lines of the selection.
    """

    units: int
    of: Selector
    together: bool


class Terms:
    """What an offer of one kind looks at and gives. Each kind implements this interface.

    A kind is one module of `engine/pricing/kinds/`, with a frozen msgspec Struct that has this class as its
    first base and the kind's code as its tag. Everything that pricing asks about a kind is asked here, so
    no other code tells kinds apart. Each kind has its own `selectors` and `claim`; the other members have
    defaults, which a kind overrides where it differs.
    """

    __slots__ = ()
    __struct_config__: ClassVar[StructConfig]

    # Fewer free units never make an offer of this kind save more.
    only_falls: ClassVar[bool] = False
    # The second role matters by the number of its units, not by their prices.
    only_counts_second: ClassVar[bool] = False
    # Where an offer of this kind saves nothing, it saves nothing at lower prices or on fewer free units.
    stays_idle: ClassVar[bool] = False
    # What units cost that other offers of the lane have taken makes no difference to an offer of this kind.
    ignores_taken: ClassVar[bool] = False
    # An acceptance puts its product in the place of another one that the cart holds.
    exchanges: ClassVar[bool] = False

    @property
    def selectors(self) -> Sequence[Selector | None]:
        """Return what the offer looks at: a selector for each of its one or two roles, or ACCEPTED.

        `claim` and `rows` get the rows of the cart in the same order. An offer with ACCEPTED among its
        roles applies only to what the shopper accepted. If ACCEPTED comes first, nothing is said about the
        offer until then.
        """
        raise NotImplementedError

    def claim(
        self, offer: "PricingOffer", roles: Roles, lines: CanonicalLines, prices: RunningPrices, /
    ) -> Claim:
        """Return what `offer`, which has these terms, takes at these prices, or what it lacks."""
        raise NotImplementedError

    def release(self, claim: Claim, _prices: RunningPrices, /) -> None:
        """Let go of the units that the claim, cut to its floors, neither saves something on nor needs."""
        claim.release()

    def rows(self, roles: Roles, _lines: CanonicalLines, /) -> set[int]:
        """Return the rows on which the claim depends; changes on others leave it as it is."""
        return set(roles[0])

    @property
    def is_by_acceptance(self) -> bool:
        """Tell whether the offer applies only to what the shopper accepted."""
        return ACCEPTED in self.selectors

    @property
    def needs_one_of_second(self) -> bool:
        """Tell whether any one unit that only the second role sees is as good as many."""
        return False

    @property
    def changes_prices(self) -> bool:
        """Tell whether the offer may take something off a price."""
        return True

    @property
    def need(self) -> Need | None:
        """Return the fewest units of the first role with which the offer claims anything.

        None where the number of units does not decide that.
        """
        return None

    @property
    def missing_alone(self) -> tuple[Missing | None, Missing | None]:
        """Return what is missing while only the first role has rows, and while only the second has.

        None where that depends on the rows. Asked only where two roles look at different products.
        """
        return None, None

    @property
    def gift(self) -> Gift | None:
        """Return the gift that the offer may give."""
        return None

    def options_on(self, _product: PricingProduct, /) -> frozenset[int]:
        """Return the options that the offer sells on the product."""
        return frozenset()

    def can_exchange(self, _replaced: PricingProduct, _product: PricingProduct, /) -> bool:
        """Tell whether `product` may take the place of `replaced`. Asked only where the kind `exchanges`."""
        return False

    def narrowed(self, _products: frozenset[int], /) -> Self:
        """Return the terms without the products that are not among these.

        A cart of these products, or of some of them, costs the same under the narrowed terms.
        """
        return self

    def sharing(self, _sets: dict[frozenset[int], frozenset[int]], /) -> Self:
        """Return the terms with large sets of products replaced by equal ones in `sets`, and add its own.

        So a snapshot holds a set that many offers name in memory once.
        """
        return self

    def check(self) -> None:
        """Raise ValueError for terms that have no meaning."""


class PricingOffer(Struct, frozen=True, kw_only=True):
    """One offer; amounts in minor units, `id` grows with age, so that the smaller is the older.

    It sees one-time lines or subscription lines, never both. `base` is what its percentages are taken
    of. `excludes` works both ways, whichever of the two names the other. `margin_basis_points` is the
    smallest share of the net price that must remain above cost (0-9999).
    """

    id: int
    terms: Terms
    lane: str = "line"
    priority: int = 0
    purchase: Purchase = "one_time"
    base: PriceBase = "running"
    excludes: frozenset[int] = frozenset()
    max_discount_minor: int | None = None
    margin_basis_points: int | None = None
    currency: str | None = None
    schedule: Schedule = ALWAYS
