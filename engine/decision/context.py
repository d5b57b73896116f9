"""Context: what the request means in terms of the snapshot."""

from collections.abc import Callable

from msgspec import Struct

from engine.decision.candidate import Candidate
from engine.decision.learned import LearnedLists
from engine.decision.types import DecisionRequest
from engine.notes import Note
from engine.snapshot.reader import Snapshot
from engine.snapshot.records import PlacementRecord

UNKNOWN = -1
_NOTHING: frozenset[int] = frozenset()


class Context(Struct):
    """A request with its SKUs found: products are rows of the snapshot.

    `products` are those of page and cart, ascending, so that the order of the cart's lines makes no
    difference; `barred` are those and the excluded ones. `focus` is what proposals should fit: the page's
    product, else the cart's. `subtotals` are the cart's list prices by currency code; `found` keeps the
    candidates that all offers share, by the function that found them.
    """

    snapshot: Snapshot
    request: DecisionRequest
    is_japanese: bool
    placement: PlacementRecord | None
    page_product: int
    cart: dict[int, int]
    excluded: frozenset[int]
    barred: frozenset[int]
    products: list[int]
    focus: list[int]
    categories: list[int]
    currencies: set[int]
    subtotals: dict[int, int]
    notes: list[Note]
    learned: LearnedLists
    found: dict[Callable[["Context"], list[Candidate]], list[Candidate]]

    def units_of(self, product: int) -> int:
        """Return the units of the product that a proposal is about: those in the cart, at least one."""
        return max(self.cart.get(product, 1), 1)


def read_context(snapshot: Snapshot, request: DecisionRequest) -> Context:
    """Find what the request names; what is not in the catalogue becomes a note, never an error."""
    notes: list[Note] = []
    page_product = UNKNOWN
    if request.product is not None:
        page_product = _find(snapshot, request.product, "/product", notes)
    cart = _read_cart(snapshot, request, notes)
    excluded = (
        frozenset([_find(snapshot, sku, f"/exclude/{at}", notes) for at, sku in enumerate(request.exclude)])
        if request.exclude
        else _NOTHING
    )
    products = sorted(cart if page_product == UNKNOWN else {*cart, page_product})
    columns = snapshot.products
    currency_of = {product: columns.currency[product] for product in products}
    subtotals: dict[int, int] = {}
    for product, quantity in cart.items():
        currency = currency_of[product]
        subtotals[currency] = subtotals.get(currency, 0) + columns.price[product] * quantity
    focus = products if page_product == UNKNOWN else [page_product]
    return Context(
        snapshot=snapshot,
        request=request,
        is_japanese=request.locale[:2].lower() == "ja",
        placement=snapshot.placements.get(request.placement),
        page_product=page_product,
        cart=cart,
        excluded=excluded,
        barred=excluded.union(products),
        products=products,
        focus=focus,
        categories=sorted({columns.category[product] for product in products} - {UNKNOWN}),
        currencies={currency_of[product] for product in cart} or set(currency_of.values()),
        subtotals=subtotals,
        notes=notes,
        learned=LearnedLists(snapshot, focus),
        found={},
    )


def _read_cart(snapshot: Snapshot, request: DecisionRequest, notes: list[Note]) -> dict[int, int]:
    """Return the quantity of each product in the cart; equal SKUs are added, negative ones count 0."""
    cart: dict[int, int] = {}
    for position, line in enumerate(request.cart):
        product = _find(snapshot, line.sku, f"/cart/{position}/sku", notes)
        if product != UNKNOWN:
            cart[product] = cart.get(product, 0) + max(line.quantity, 0)
    return cart


def _find(snapshot: Snapshot, sku: str, pointer: str, notes: list[Note]) -> int:
    """Return the product's row; note where the catalogue has none."""
    product = snapshot.find_product(sku)
    if product == UNKNOWN:
        notes.append(Note("unknown_sku", pointer, f"The catalogue has no product {sku!r}."))
    return product
