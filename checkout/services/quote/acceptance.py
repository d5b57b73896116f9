"""What the shopper accepted, proved by the signed decisions that showed it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from catalog.services.values import FieldError
from checkout.services.quote.basket import UNKNOWN, Basket
from checkout.services.quote.options import kept_options
from checkout.services.quote.request import AcceptedProposal
from engine.notes import Note
from engine.pricing import Acceptance, OfferIndex, PricingCartLine, PricingOffer, PricingProduct
from engine.promise.frozen_quote import FrozenCredit
from offers.services.tokens import DecisionToken, InvalidTokenError, ShownOffer, read_decision_token


class Accepted(Struct):
    """What was accepted: `offers` by primary key, `gone` the codes of those that no longer exist.

    `replaced` are the products that exchanges replace, by primary key.
    """

    offers: set[int]
    gone: list[str]
    taken: list[Acceptance]
    credits: list[FrozenCredit]
    replaced: dict[int, PricingProduct]


class _Shown(Struct, frozen=True):
    decision: DecisionToken
    offer: ShownOffer
    pointer: str


def read_acceptances(*, accepted: Sequence[AcceptedProposal], basket: Basket, at: datetime) -> Accepted:
    """Return what was accepted; add errors and notes about it to the basket.

    An acceptance names the offer at whose price a unit is bought; it adds no unit to the cart. Only an
    upgrade exchanges units. A proposal that is accepted twice was shown once, and counts once.
    """
    result = Accepted(set(), [], [], [], {})
    tokens: dict[str, DecisionToken | InvalidTokenError] = {}
    taken: set[tuple[str, int]] = set()
    for index, proposal in enumerate(accepted):
        text, pointer = proposal.decision_token, f"/accept/{index}"
        if text not in tokens:
            tokens[text] = _read(text, at)
        shown = _find(tokens[text], proposal, pointer)
        if isinstance(shown, FieldError):
            basket.errors.append(shown)
        elif (text, shown.offer.position) not in taken:
            taken.add((text, shown.offer.position))
            _accept(shown, basket, result, at)
    return result


def _read(text: str, at: datetime) -> DecisionToken | InvalidTokenError:
    try:
        return read_decision_token(text, at=int(at.timestamp()))
    except InvalidTokenError as error:
        return error


def _find(
    token: DecisionToken | InvalidTokenError, proposal: AcceptedProposal, pointer: str
) -> _Shown | FieldError:
    """Return the proposal that was shown, or the error if the decision did not show it."""
    if isinstance(token, InvalidTokenError):
        return FieldError(f"{pointer}/decision_id", token.code, token.detail)
    shown = [
        one
        for one in token.shown
        if one.offer == proposal.offer and proposal.position in (None, one.position)
    ]
    if not shown:
        return FieldError(
            f"{pointer}/offer", "not_in_decision", _("The decision did not propose this offer.")
        )
    if len(shown) > 1:
        detail = _("The decision proposed this offer more than once. Send its position.")
        return FieldError(f"{pointer}/position", "required", detail)
    return _Shown(token, shown[0], pointer)


def _accept(shown: _Shown, basket: Basket, result: Accepted, at: datetime) -> None:
    snapshot, proposal = basket.snapshot, shown.offer
    row = snapshot.find_offer(proposal.offer)
    record = None if row == UNKNOWN else snapshot.offers[row]
    offer = None if record is None else record.pricing
    if record is None or offer is None or record.id not in snapshot.pricing.offers:
        result.gone.append(proposal.offer)
        return
    if proposal.version != record.version:
        detail = _("The terms of this offer have changed since it was shown.")
        basket.notes.append(Note("offer_changed", f"{shown.pointer}/offer", detail))
    products = _products(shown, basket)
    if products is None:
        result.gone.append(proposal.offer)
        return
    result.offers.add(offer.id)
    result.credits += [
        FrozenCredit(shown.decision.id, proposal.offer, product.id) for product, _count in products
    ]
    # The last credit for a product counts. Those for products that were only named as a way to reach an offer
    # come first, so that an offer that proposed the product itself gets the credit.
    rows = [row for sku in proposal.named if (row := snapshot.find_product(sku)) != UNKNOWN]
    named = [
        FrozenCredit(shown.decision.id, proposal.offer, snapshot.pricing.product(row).id) for row in rows
    ]
    result.credits[:0] = named
    if offer.terms.exchanges:
        result.taken += _exchange(shown, offer, products, basket, result, at)
    elif offer.terms.is_by_acceptance:
        result.taken += [Acceptance(offer.id, product, None, count) for product, count in products]


def _products(shown: _Shown, basket: Basket) -> list[tuple[PricingProduct, int]] | None:
    """Return the proposed products with their units, None where the shop no longer sells one of them."""
    skus = [one.sku for one in shown.offer.products]
    if shown.offer.replaces is not None:
        skus.append(shown.offer.replaces)
    if any(basket.snapshot.find_product(sku) == UNKNOWN for sku in skus):
        return None
    found = [(basket.find(one.sku, shown.pointer), one.quantity) for one in shown.offer.products]
    return [(product, quantity) for product, quantity in found if product is not None]


def _exchange(
    shown: _Shown,
    offer: PricingOffer,
    products: Iterable[tuple[PricingProduct, int]],
    basket: Basket,
    result: Accepted,
    at: datetime,
) -> list[Acceptance]:
    """Return the acceptances that exchange units of what the proposal replaces."""
    replaced = None
    if shown.offer.replaces is not None:
        replaced = basket.find(shown.offer.replaces, shown.pointer)
    if replaced is None:
        return []
    result.replaced[replaced.id] = replaced
    return [
        Acceptance(
            offer.id, product, replaced.id, quantity, kept_options(basket, offer, (replaced, product), at)
        )
        for product, quantity in products
    ]


def undo_exchanges(
    *, lines: Sequence[PricingCartLine], accepted: Accepted, index: OfferIndex, closed: Collection[int]
) -> tuple[PricingCartLine, ...]:
    """Return the cart's lines as they were before any exchange, ready for pricing to exchange them.

    A storefront may have exchanged units itself: these are changed back. Those of `closed` offers are not:
    such offers exchange nothing, and the shopper gets what the cart names.
    """
    result = list(lines)
    for taken in accepted.taken:
        if taken.replaces is not None and taken.offer not in closed:
            is_subscription = index.by_id[taken.offer].purchase == "subscription"
            _undo_exchange(result, taken, accepted.replaced[taken.replaces], is_subscription=is_subscription)
    return tuple(result)


def _undo_exchange(
    lines: list[PricingCartLine], taken: Acceptance, replaced: PricingProduct, *, is_subscription: bool
) -> None:
    """Change units of the better product back into the replaced one, in lines without options first."""
    here = [line for line in lines if (line.interval_days > 0) == is_subscription]
    left = taken.quantity - sum(line.quantity for line in here if line.product.id == replaced.id)
    for line in sorted(here, key=lambda line: len(line.options)):
        if line.product.id != taken.product.id or left <= 0:
            continue
        count = min(left, line.quantity)
        left -= count
        place = lines.index(line)
        rest = [replace(line, quantity=line.quantity - count)] if line.quantity > count else []
        lines[place : place + 1] = [replace(line, product=replaced, quantity=count), *rest]
