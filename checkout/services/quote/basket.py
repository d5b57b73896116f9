"""Find what a cart names in the snapshot: the catalogue's facts and prices, never the client's."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.values import FieldError, InvalidValueError, clean_currency
from checkout.services.quote.request import ClientPrice, QuoteLine
from engine.money import MAX_MINOR, to_minor
from engine.notes import Note
from engine.pricing import Option, PricingCartLine, PricingProduct
from engine.promise.frozen_quote import AskedLine
from engine.snapshot.reader import Snapshot

UNKNOWN = -1
# Lines of a cart, options among them: an order has no more.
MAX_ROWS = 1_000
# Units of a cart, options included: what the database columns hold, and more than anybody buys.
MAX_UNITS = 1_000_000_000


class AskedUnits(Struct, frozen=True):
    """A line of the request in terms of products; `options` are those of one unit, sorted."""

    index: int
    product: int
    quantity: int
    interval_days: int
    cycle: int
    options: tuple[tuple[int, int], ...]


class Basket(Struct):
    """A cart with its products found. `asked` are the request's lines, `skus` the SKUs by primary key."""

    snapshot: Snapshot
    currency: str
    lines: list[PricingCartLine]
    asked: list[AskedUnits]
    skus: dict[int, str]
    notes: list[Note]
    errors: list[FieldError]

    def find(self, sku: str, pointer: str) -> PricingProduct | None:
        """Return the product with this SKU; otherwise add the error at `pointer` and return None."""
        row = self.snapshot.find_product(sku)
        if row == UNKNOWN:
            self._refuse(pointer, "unknown_sku", _("No product has this SKU."))
        elif self.snapshot.currencies[self.snapshot.products.currency[row]] != self.currency:
            detail = _("This product is not sold in %s.") % self.currency
            self._refuse(pointer, "other_currency", detail)
        else:
            product = self.snapshot.pricing.product(row)
            self.skus[product.id] = self.snapshot.products.sku[row]
            return product
        return None

    def _refuse(self, pointer: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, code, detail))

    @property
    def list_minor(self) -> int:
        """Return the list price of all lines with their options."""
        return sum(line.quantity * _unit_minor(line) for line in self.lines)

    @property
    def unit_count(self) -> int:
        """Return the number of units with their options."""
        return sum(
            line.quantity * (1 + sum(option.quantity for option in line.options)) for line in self.lines
        )

    @property
    def subtotal_minor(self) -> int:
        """Return the list price of the lines without options: the cart value that decisions use."""
        return sum(line.quantity * line.product.list_minor for line in self.lines)


def read_basket(*, snapshot: Snapshot, lines: Iterable[QuoteLine], currency: str | None) -> Basket:
    """Return the cart with its products found, and what is wrong with it."""
    lines = list(lines)
    rows = [row for line in lines if (row := snapshot.find_product(line.asked.sku)) != UNKNOWN]
    sold_in = [snapshot.currencies[snapshot.products.currency[row]] for row in rows]
    fault = None if currency is None else _currency_fault(currency, sold_in)
    own = next(iter(sold_in), "")
    basket = Basket(snapshot, own if fault else currency or own, [], [], {}, [], [])
    basket.errors += [fault] if fault else []
    if sum(1 + len(line.asked.options) for line in lines) > MAX_ROWS:
        detail = _("A cart can have up to %(limit)d lines, including options.") % {"limit": MAX_ROWS}
        basket.errors.append(FieldError("/cart", "out_of_range", detail))
        return basket
    for index, line in enumerate(lines):
        _add(basket, index, line)
    if basket.list_minor > MAX_MINOR or basket.unit_count > MAX_UNITS:
        basket.errors.append(FieldError("/cart", "out_of_range", _("The cart is too large.")))
    return basket


def _currency_fault(currency: str, sold_in: Sequence[str]) -> FieldError | None:
    """Return what is wrong with a currency in which nothing of the cart is sold, None where some is."""
    try:
        clean_currency(currency)
    except InvalidValueError as error:
        return FieldError("/currency", error.code, error.detail)
    if not sold_in or currency in sold_in:
        return None
    detail = _("No product in this cart is sold in %s.") % currency
    return FieldError("/currency", "other_currency", detail)


def _add(basket: Basket, index: int, line: QuoteLine) -> None:
    pointer = f"/cart/{index}"
    product = basket.find(line.asked.sku, f"{pointer}/sku")
    options = _options(basket, pointer, line.asked)
    if product is None or options is None:
        return
    asked = line.asked
    cycle = asked.cycle if asked.interval_days else 1
    basket.lines.append(PricingCartLine(product, asked.quantity, asked.interval_days, cycle, options))
    basket.asked.append(
        AskedUnits(index, product.id, asked.quantity, asked.interval_days, cycle, _counted(options))
    )
    if line.client_price is not None and not _agrees(line.client_price, product, basket.currency):
        detail = _("The price differs from the catalogue price, which applies.")
        basket.notes.append(Note("price_changed", f"{pointer}/unit_price", detail))


def _options(basket: Basket, pointer: str, asked: AskedLine) -> tuple[Option, ...] | None:
    """Return the options of a line, None where one of them cannot be found."""
    found = [
        (basket.find(option.sku, f"{pointer}/options/{place}/sku"), option.quantity)
        for place, option in enumerate(asked.options)
    ]
    options = tuple(Option(product, quantity) for product, quantity in found if product is not None)
    return options if len(options) == len(found) else None


def _agrees(price: ClientPrice, product: PricingProduct, currency: str) -> bool:
    amount, in_currency = price
    try:
        return in_currency == currency and to_minor(amount, currency) == product.list_minor
    except ValueError:  # more decimals than the currency has
        return False


def _unit_minor(line: PricingCartLine) -> int:
    return line.product.list_minor + sum(one.quantity * one.product.list_minor for one in line.options)


def _counted(options: tuple[Option, ...]) -> tuple[tuple[int, int], ...]:
    counts: dict[int, int] = {}
    for option in options:
        counts[option.product.id] = counts.get(option.product.id, 0) + option.quantity
    return tuple(sorted(counts.items()))
