"""Context: what the request means in terms of the snapshot."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from engine.conditions.shopper import ShopperFacts
from engine.decision.allowed import NOT_PERSONALISED, as_allowed
from engine.decision.candidate import Candidate
from engine.decision.charged import Now
from engine.decision.interest import NO_INTEREST, Interest, read_interest
from engine.decision.learned import LearnedLists
from engine.decision.own_values import read_own_values
from engine.decision.restrain import Held, hold_back, policies_of
from engine.decision.shopper import shopper_of
from engine.decision.types import DecisionRequest
from engine.learned.acceptance import AnswersHere
from engine.notes import Note
from engine.snapshot.columns import EVERY_OFFER
from engine.snapshot.conditions import MappedCircumstances
from engine.snapshot.reader import Snapshot
from engine.snapshot.records import PlacementRecord

UNKNOWN = -1
_NOTHING: frozenset[int] = frozenset()


class Context(Struct):
    """A request with its SKUs found: products are rows of the snapshot.

    `products` are those of page and cart, ascending, so that the order of the cart's lines makes no
    difference. `restraint` is what is held back from the shopper; `barred` are the products of page and cart,
    the excluded ones, and those held back alone. `focus` is what
    proposals should fit: the page's product, else the cart's. `held` are the units that proposals are added
    to: those of the cart, and one of the page's product, which is about to be bought; none after a purchase,
    where a new order begins. `subtotals` are the cart's list prices by currency code; `found` keeps the
    candidates that all offers share, by the function that found them, and `now` what the prices of `held`
    depend on, by currency code. `lacking` are the sets of attributes of which the customer lacks one
    (`engine.snapshot.exclusions.Restrictions`), `excluded_here` is how far each product is excluded in the
    placement, None if none is, and `has_exclusions` whether any of this may leave out a product.
    `own_values` are the shop's own that count, `shopper` is what conditions may know of the customer.
    `met_by_shopper` are the offers whose conditions hold that look at no cart. `asked` is what conditions are
    asked about, None until then. `is_open_to_cart` tells
    whether the tree of conditions on the cart of an offer holds, None where this is known already. A decision
    is a trial where it previews an offer that is not live. `interest` is what the shopper looked at,
    `answers` what is known of those in the placement, None if nothing is.
    """

    snapshot: Snapshot
    request: DecisionRequest
    is_japanese: bool
    placement: PlacementRecord | None
    page_product: int
    cart: dict[int, int]
    excluded: frozenset[int]
    restraint: Held
    barred: frozenset[int]
    products: list[int]
    focus: list[int]
    categories: list[int]
    currencies: set[int]
    subtotals: dict[int, int]
    notes: list[Note]
    learned: LearnedLists
    found: dict[Callable[["Context"], list[Candidate]], list[Candidate]]
    held: dict[int, int]
    now: dict[int, Now]
    lacking: frozenset[int]
    excluded_here: "memoryview[int] | None"
    has_exclusions: bool
    own_values: Mapping[str, str]
    shopper: ShopperFacts | None
    met_by_shopper: int = EVERY_OFFER
    asked: MappedCircumstances | None = None
    is_open_to_cart: Callable[[int], bool] | None = None
    is_trial: bool = False
    interest: Interest = NO_INTEREST
    answers: AnswersHere | None = None

    @property
    def ranks_by_margin(self) -> bool:
        """Tell whether offers compete by margin or by sales: in previews without a placement, by margin."""
        return self.placement is None or self.placement.rank_by == "margin"

    @property
    def own_uses(self) -> Mapping[int, int]:
        """Return how often the customer used each offer with a limit for each customer, by primary key."""
        customer = self.request.customer
        return {} if customer is None else customer.own_uses

    def units_of(self, product: int) -> int:
        """Return the units of the product that a proposal is about: those in the cart, at least one."""
        return max(self.cart.get(product, 1), 1)

    def in_placement(self, code: str) -> "Context":
        """Return the context of another placement of the page, with what was found so far but the notes."""
        request = replace(self.request, placement=code)
        placement = _placement_of(self.snapshot, request)
        here = replace(
            self,
            placement=placement,
            excluded_here=_excluded_in(self.snapshot, placement),
            has_exclusions=_has_exclusions(self.snapshot, request, placement, self.lacking),
            request=request,
            notes=[],
            answers=_answers_in(self.snapshot, request, self.shopper, self.page_product),
        )
        if not policies_of(self.snapshot, request).by_placement:
            return here
        restraint = hold_back(self.snapshot, request)
        barred = self.excluded.union(self.products, restraint.alone)
        return replace(here, restraint=restraint, barred=barred)

    def has_units(self, product: int) -> int:
        """Return the units of a product that page and cart hold."""
        return self.cart.get(product, int(product == self.page_product))

    def categories_above(self, product: int) -> Iterable[int]:
        """Yield the rows of a product's category and of those above."""
        category = self.snapshot.products.category[product]
        return () if category == UNKNOWN else self.snapshot.category_chain[category]


def read_context(snapshot: Snapshot, request: DecisionRequest) -> Context:
    """Find what the request names; what is not in the catalogue becomes a note, never an error.

    A placement that is about the cart ignores the product of the page.
    """
    request = as_allowed(request)
    own_values, notes = _read_own_values(snapshot, request)
    placement = _placement_of(snapshot, request)
    page_product = _read_page_product(snapshot, request, placement, notes)
    cart = _read_cart(snapshot, request, notes)
    excluded = _read_excluded(snapshot, request, notes)
    interest = read_interest(snapshot, request, _read_viewed(snapshot, request, notes))
    restraint = hold_back(snapshot, request)
    shopper = shopper_of(request.customer, at=request.at, snapshot=snapshot)
    products, focus = _products_of(cart, page_product)
    lacking = snapshot.restrictions.unmet({} if request.customer is None else request.customer.attributes)
    return Context(
        snapshot=snapshot,
        request=request,
        is_japanese=request.locale[:2].lower() == "ja",
        placement=placement,
        page_product=page_product,
        cart=cart,
        excluded=excluded,
        restraint=restraint,
        barred=excluded.union(products, restraint.alone),
        products=products,
        focus=focus,
        categories=sorted({snapshot.products.category[product] for product in products} - {UNKNOWN}),
        currencies={snapshot.products.currency[product] for product in cart or products},
        subtotals=_subtotals_of(snapshot, cart),
        notes=notes,
        learned=LearnedLists(snapshot, focus),
        found={},
        held=_held_in(placement, cart, products),
        now={},
        excluded_here=_excluded_in(snapshot, placement),
        lacking=lacking,
        has_exclusions=_has_exclusions(snapshot, request, placement, lacking),
        own_values=own_values,
        shopper=shopper,
        interest=interest,
        answers=_answers_in(snapshot, request, shopper, page_product),
    )


def _products_of(cart: Mapping[int, int], page_product: int) -> tuple[list[int], list[int]]:
    """Return the products of page and cart, and those of them that recommendations go with."""
    products = sorted(cart if page_product == UNKNOWN else {*cart, page_product})
    return products, products if page_product == UNKNOWN else [page_product]


def _read_own_values(snapshot: Snapshot, request: DecisionRequest) -> tuple[Mapping[str, str], list[Note]]:
    """Return the shop's own values that count, and the notes to begin with."""
    own_values, notes = read_own_values(snapshot, request.context) if request.context else ({}, [])
    if not request.consent.is_personalised:
        notes.append(NOT_PERSONALISED)
    return own_values, notes


def _read_page_product(
    snapshot: Snapshot, request: DecisionRequest, placement: PlacementRecord | None, notes: list[Note]
) -> int:
    """Return the product of the page; a placement about the cart has none."""
    if request.product is None or (placement is not None and placement.is_about_cart):
        return UNKNOWN
    return _find(snapshot, request.product, "/product", notes)


def _held_in(
    placement: PlacementRecord | None, cart: Mapping[int, int], products: Iterable[int]
) -> dict[int, int]:
    """Return the units that proposals are added to; after a purchase, a new order begins."""
    if placement is not None and placement.is_after_purchase:
        return {}
    return {product: cart.get(product) or 1 for product in products}


def _read_viewed(snapshot: Snapshot, request: DecisionRequest, notes: list[Note]) -> list[int]:
    """Return the products that the request says were looked at."""
    rows = [_find(snapshot, sku, f"/viewed/{at}", notes) for at, sku in enumerate(request.viewed)]
    return [row for row in rows if row != UNKNOWN]


def _excluded_in(snapshot: Snapshot, placement: PlacementRecord | None) -> "memoryview[int] | None":
    """Return how far each product is excluded in the placement, None if none is."""
    return snapshot.exclusions.everywhere if placement is None else placement.excluded


def _has_exclusions(
    snapshot: Snapshot, request: DecisionRequest, placement: PlacementRecord | None, lacking: frozenset[int]
) -> bool:
    """Tell whether the placement or the shop may leave out any product, or the group of the shopper."""
    is_filled_freely = placement is None or placement.fill_ins == "all"
    is_filled_freely &= not request.assignment.is_picked_only
    return not is_filled_freely or bool(lacking) or _excluded_in(snapshot, placement) is not None


def _placement_of(snapshot: Snapshot, request: DecisionRequest) -> PlacementRecord | None:
    """Return the placement, with the board that the shopper's arm has for it."""
    placement = snapshot.placements.get(request.placement)
    boards = request.assignment.variation.boards
    board = snapshot.placements.get(boards[request.placement]) if request.placement in boards else None
    return placement if placement is None or board is None else placement.with_board_of(board)


def _answers_in(
    snapshot: Snapshot, request: DecisionRequest, shopper: ShopperFacts | None, page_product: int
) -> AnswersHere | None:
    """Return what is known of answers on such pages and of such shoppers; nothing for business as usual."""
    if not request.assignment.learns_from_answers:
        return None
    row = UNKNOWN if page_product == UNKNOWN else snapshot.products.category[page_product]
    category = None if row == UNKNOWN else snapshot.category_pk[row]
    audiences = _NOTHING if shopper is None else shopper.audiences
    return snapshot.acceptance.known_in(request.placement, audiences, category)


def _read_cart(snapshot: Snapshot, request: DecisionRequest, notes: list[Note]) -> dict[int, int]:
    """Return the quantity of each product in the cart; equal SKUs are added, negative ones count 0."""
    cart: dict[int, int] = {}
    for position, line in enumerate(request.cart):
        product = _find(snapshot, line.sku, f"/cart/{position}/sku", notes)
        if product != UNKNOWN:
            cart[product] = cart.get(product, 0) + max(line.quantity, 0)
    return cart


def _read_excluded(snapshot: Snapshot, request: DecisionRequest, notes: list[Note]) -> frozenset[int]:
    """Return the products that must not be proposed."""
    if not request.exclude:
        return _NOTHING
    return frozenset(
        [_find(snapshot, sku, f"/exclude/{at}", notes) for at, sku in enumerate(request.exclude)]
    )


def _subtotals_of(snapshot: Snapshot, cart: Mapping[int, int]) -> dict[int, int]:
    """Return the list prices of the cart by currency code."""
    currency, price = snapshot.products.currency, snapshot.products.price
    subtotals: dict[int, int] = {}
    for product, quantity in cart.items():
        code = currency[product]
        subtotals[code] = subtotals.get(code, 0) + price[product] * quantity
    return subtotals


def _find(snapshot: Snapshot, sku: str, pointer: str, notes: list[Note]) -> int:
    """Return the product's row; note where the catalogue has none."""
    product = snapshot.find_product(sku)
    if product == UNKNOWN:
        notes.append(Note("unknown_sku", pointer, f"The catalogue has no product {sku!r}."))
    return product
