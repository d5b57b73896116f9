"""What the shopper is owed once units of an order came back: exact integers, no clock, no database.

Each line was charged with its share of every discount, and a returned unit is refunded its share of the
line: n of m units are worth round(n/m of what was paid for the line, tax included). n counts all units that
came back so far, so the parts of a line, however it is returned, add up to the line, and each part differs
from its exact share by less than one minor unit. Only this gross amount is divided: its tax is the same share
of the line's tax as it is of the line's gross amount, and the rest is net. The units that the shopper keeps
are not priced again.

A return may break the condition of an offer: two of three units came back, and the discount was for three.
Then the remaining units still have a discount that they would not get by themselves. An offer with the
policy `keep` leaves it to the shopper, one with `claw_back` deducts it from the refund. To measure it, the
remaining units are priced with the frozen offers of the quote.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing import Cart, PricedLine, PricingCartLine, PricingProduct, allocate, price_cart
from engine.pricing.tax import tax_of
from engine.promise.frozen_quote import FrozenQuote

# Units by the place of their line in the quote.
Units = Mapping[int, int]
_Options = tuple[tuple[int, int], ...]
_Kind = tuple[int, int, int, _Options]


class Share(Struct, frozen=True):
    """Minor units of net price and of tax."""

    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        """Return what the shopper paid."""
        return self.net_minor + self.tax_minor


class PaidLine(Struct, frozen=True):
    """Units of a product and what was paid for all of them."""

    quantity: int
    gross_minor: int
    tax_minor: int


class Balance(Struct, frozen=True):
    """What is owed for all units that came back so far.

    `shares` is what the returned units cost, by place of their line. `deductions` is, by offer id, the
    discount that the remaining units would not get by themselves, tax included.
    """

    shares: Mapping[int, Share]
    deductions: Mapping[int, int]

    @property
    def keep_minor(self) -> int:
        """Return what is owed if no discount is deducted."""
        return sum(share.gross_minor for share in self.shares.values())

    def owed_minor(self, is_deducted: Callable[[int], bool]) -> int:
        """Return what is owed if `is_deducted` names the offers to deduct for; may be negative."""
        return self.keep_minor - sum(
            amount for offer, amount in self.deductions.items() if is_deducted(offer)
        )


def balance_of(*, quote: FrozenQuote, returned: Units) -> Balance:
    """Return what is owed once these units came back: `returned` names lines, not their options.

    If all units came back, exactly what was paid is owed: nothing remains to deduct for.
    """
    returned = _with_options(quote, returned)
    lines = quote.priced.lines
    shares = {place: _paid_for(lines[place], count) for place, count in returned.items() if count}
    return Balance(shares, _deductions(quote, returned))


def balance_without_quote(*, lines: Mapping[int, PaidLine], returned: Units) -> Balance:
    """Return what is owed for units of an order whose offers are unknown: their shares, no deductions."""
    return Balance({place: _paid_for(lines[place], count) for place, count in returned.items() if count}, {})


def share_of(amount_minor: int, count: int, of: int) -> int:
    """Return `count` of `of` equal parts of the amount, rounded half up."""
    return (2 * amount_minor * count + of) // (2 * of)


def _paid_for(line: PricedLine | PaidLine, count: int) -> Share:
    """Return what `count` ≤ quantity units of the line cost; both amounts never fall when `count` rises."""
    gross = share_of(line.gross_minor, count, line.quantity)
    tax = share_of(line.tax_minor, gross, line.gross_minor) if line.gross_minor else 0
    return Share(gross - tax, tax)


def _with_options(quote: FrozenQuote, returned: Units) -> dict[int, int]:
    """Return the units and the options on them, which come back with their line."""
    whole = {}
    for place, line in enumerate(quote.priced.lines):
        if line.parent is None:
            whole[place] = returned.get(place, 0)
        else:
            parent = quote.priced.lines[line.parent]
            whole[place] = returned.get(line.parent, 0) * line.quantity // parent.quantity
    return whole


def _deductions(quote: FrozenQuote, returned: Units) -> dict[int, int]:
    """Return by offer how much its discount on the remaining units exceeds what they qualify for."""
    if not any(returned.values()):
        return {}
    priced = price_cart(cart=_survivors(quote, returned), offers=quote.index, rules=quote.rules)
    places = {_kind_of(line, quote.priced.lines): place for place, line in enumerate(quote.priced.lines)}
    earned: dict[int, dict[int, int]] = {}
    for line in priced.lines:
        for offer, amount in line.taken.items():
            earned.setdefault(offer, {})[places[_kind_of(line, priced.lines)]] = amount
    return {
        frozen.offer.id: deducted
        for frozen in quote.offers
        if (deducted := _deduction(quote, returned, frozen.offer.id, earned.get(frozen.offer.id, {})))
    }


def _kind_of(line: PricedLine, lines: tuple[PricedLine, ...]) -> tuple[_Kind, _Kind | None, int | None]:
    """Return what identifies a line in any cart: its own kind, its parent's, and the offer that gives it."""
    kind = (line.product, line.interval_days, line.cycle, line.options)
    if line.parent is None:
        return kind, None, line.gift_of
    parent = lines[line.parent]
    return kind, (parent.product, parent.interval_days, parent.cycle, parent.options), line.gift_of


def _deduction(quote: FrozenQuote, returned: Units, offer: int, earned: Units) -> int:
    """Return what is deducted for one offer, tax included.

    A discount that moves between the lines of the remaining units is no loss. Gifts are counted apart.
    """
    losses: dict[int, int] = {}
    gifts: dict[int, int] = {}
    for place, line in enumerate(quote.priced.lines):
        taken = line.taken.get(offer, 0)
        left = taken - share_of(taken, returned[place], line.quantity)
        lost = left - earned.get(place, 0)
        (losses if line.gift_of is None else gifts)[place] = lost
    weights = [max(lost, 0) for lost in losses.values()]
    whole = max(sum(losses.values()), 0)
    parts = dict(zip(losses, allocate(whole, weights), strict=True)) if whole else {}
    parts |= {place: lost for place, lost in gifts.items() if lost > 0}
    return sum(_with_tax(quote, place, part) for place, part in parts.items())


def _with_tax(quote: FrozenQuote, place: int, amount_minor: int) -> int:
    if quote.cart.tax_included:
        return amount_minor
    product = _facts(quote)[quote.priced.lines[place].product]
    tax = tax_of(amount_minor, product.tax_basis_points, tax_included=False, mode=quote.rules.rounding_mode)
    return amount_minor + tax


def _facts(quote: FrozenQuote) -> dict[int, PricingProduct]:
    """Return every product of the quote."""
    products = [line.product for line in quote.cart.lines]
    products += [option.product for line in quote.cart.lines for option in line.options]
    products += [taken.product for taken in quote.cart.accepted]
    for frozen in quote.offers:
        gift = frozen.offer.terms.gift
        if gift is not None:
            products.append(gift.product)
    return {product.id: product for product in products}


def _survivors(quote: FrozenQuote, returned: Units) -> Cart:
    """Return the cart without the returned units, before any exchange, ready to be priced again.

    For returned units that came in by an exchange, the units that they replaced are taken out.
    """
    lines, accepted = list(quote.cart.lines), list(quote.cart.accepted)
    for place, line in enumerate(quote.priced.lines):
        if line.parent is not None or line.gift_of is not None:
            continue
        left = returned[place]
        left -= _remove(lines, (line.product, line.interval_days, line.cycle), line.options, left)
        for number, taken in enumerate(accepted):
            if taken.product.id != line.product or taken.replaces is None or not left:
                continue
            wanted = min(left, taken.quantity)
            replaced = (taken.replaces, line.interval_days, line.cycle)
            removed = _remove(lines, replaced, line.options, wanted, taken.keeps)
            accepted[number] = replace(taken, quantity=taken.quantity - removed)
            left -= removed
    kept = tuple(taken for taken in accepted if taken.quantity)
    return replace(quote.cart, lines=tuple(line for line in lines if line.quantity), accepted=kept)


def _remove(
    lines: list[PricingCartLine],
    kind: tuple[int, int, int],
    options: _Options,
    count: int,
    keeps: frozenset[int] | None = None,
) -> int:
    """Take up to `count` units of a kind out of the lines; return how many.

    Their options are these, or become these in an exchange that keeps only the options in `keeps`.
    """
    left = count
    for place in sorted(range(len(lines)), key=lambda place: _options_of(lines[place])):
        line = lines[place]
        held = tuple(option for option in _options_of(line) if keeps is None or option[0] in keeps)
        if not left or (line.product.id, line.interval_days, line.cycle) != kind or held != options:
            continue
        removed = min(left, line.quantity)
        lines[place] = replace(line, quantity=line.quantity - removed)
        left -= removed
    return count - left


def _options_of(line: PricingCartLine) -> _Options:
    counts: dict[int, int] = {}
    for option in line.options:
        counts[option.product.id] = counts.get(option.product.id, 0) + option.quantity
    return tuple(sorted(counts.items()))
