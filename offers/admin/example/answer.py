"""Price the example's carts by the core, and say it as people write money."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import structs

from catalog.services.amounts import listed, money
from engine import pricing
from offers.admin.example.draft import DraftError
from offers.admin.example.faults import find_faults, find_warnings
from offers.admin.example.scenes import MONTH_DAYS, Scene, scenes_of
from offers.admin.example.shelf import Shelf
from offers.admin.wording import code_text
from offers.models import OfferKind
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer

# Kinds whose rows say "3 × ¥1,000" and not of what.
_COUNTED_IN_UNITS = frozenset(
    {OfferKind.QUANTITY, OfferKind.SUBSCRIPTION, OfferKind.THRESHOLD, OfferKind.BUY_GET}
)

# Kinds whose next row goes on from the one before it.
_GOING_ON = _COUNTED_IN_UNITS | {OfferKind.ADD_ON}


@dataclass(frozen=True, slots=True)
class Row:
    """A cart with its price; `note` says what is missing, given besides or cut."""

    cart: str
    list_price: str
    price: str
    saving: str
    note: str
    applies: bool


@dataclass(frozen=True, slots=True)
class Example:
    """What stands under the form: a sentence, the carts, what else to know, and what is wrong."""

    lead: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...]


def work_out(source: OfferSource) -> Example:
    """Return the example of an offer; DraftError says what it lacks."""
    offer = build_pricing_offer(source)
    if offer is None:
        raise DraftError([lacking(source.kind)])
    shelf = Shelf(source.currency or settings.AWASE_CURRENCY)
    scenes = scenes_of(source, offer, shelf)
    priced = [_price(offer, scene, shelf) for scene in scenes]
    rows = tuple(_row(scene, cart, offer, shelf.currency) for scene, cart in zip(scenes, priced, strict=True))
    return Example(
        lead=_lead(source.kind, scenes, rows),
        rows=rows,
        notes=_notes(source, shelf),
        warnings=tuple(find_warnings(source, shelf)),
        faults=tuple(find_faults(source, shelf)),
    )


def faults_of(source: OfferSource) -> Iterator[str]:
    """Yield why the offer cannot be saved like this.

    Ladders, substitutes and bundles may come later; tiers, options and picked products stand in the form.
    """
    in_the_form = {OfferKind.QUANTITY, OfferKind.ADD_ON, OfferKind.CROSS_SELL}
    if source.kind in in_the_form and build_pricing_offer(source) is None:
        yield lacking(source.kind)
    yield from find_faults(source, Shelf(source.currency or settings.AWASE_CURRENCY))


def lacking(kind: str) -> str:
    """Return what an offer of the kind needs before it can apply to anything."""
    match kind:
        case OfferKind.UPGRADE:
            return _("Choose where better products come from: ladders, hand-picked or related products.")
        case OfferKind.CROSS_SELL:
            return _("Pick a product to propose.")
        case OfferKind.BUNDLE:
            return _("There is no active bundle in this currency.")
        case OfferKind.QUANTITY:
            return _("Add a tier.")
        case OfferKind.ADD_ON:
            return _("Choose at least one option.")
    return _("Say what it takes and what it gives.")


def _price(offer: pricing.Offer, scene: Scene, shelf: Shelf) -> pricing.PricedCart:
    """Price a scene's cart as a shop would in which this is the only offer."""
    lines = scene.lines
    if offer.purchase == "subscription":
        lines = tuple(structs.replace(line, interval_days=line.interval_days or MONTH_DAYS) for line in lines)
    cart = pricing.Cart(
        lines,
        shelf.currency,
        tax_included=shelf.first is None or shelf.first.is_tax_included,
        accepted=scene.accepted,
    )
    return pricing.price_cart(cart=cart, offers=pricing.OfferIndex([offer]), rules=pricing.Rules())


def _row(scene: Scene, cart: pricing.PricedCart, offer: pricing.Offer, currency: str) -> Row:
    outcome = cart.outcome_of(offer.id)
    return Row(
        cart=scene.label,
        list_price=money(cart.list_minor, currency),
        price=money(cart.total_minor, currency),
        saving=money(cart.discount_minor, currency) if cart.discount_minor else "",
        note=" · ".join(dict.fromkeys(_remarks(scene, cart, outcome, currency))),
        applies=outcome.status == "applied",
    )


def _remarks(scene: Scene, cart: pricing.PricedCart, outcome: pricing.Outcome, currency: str) -> list[str]:
    """Return what the figures alone do not say."""
    remarks = [missing_text(lack, currency) for lack in outcome.missing]
    if outcome.status == "not_eligible":
        remarks.append(code_text(outcome.reason or ""))
    if scene.instead_of is not None and outcome.status == "applied":
        step = cart.total_minor - scene.instead_of.price_minor
        sign = "−" if step < 0 else "+"
        remarks.append(_("%(step)s for the shopper") % {"step": f"{sign}{money(abs(step), currency)}"})
    if any(line.gift_of is not None for line in cart.lines):
        remarks.append(_("with the gift"))
    if cart.free_shipping:
        remarks.append(_("free shipping"))
    if "margin_floor" in outcome.cuts:
        remarks.append(_("held up by the margin floor"))
    if "max_discount" in outcome.cuts:
        remarks.append(_("held up by the largest discount"))
    return remarks


def missing_text(lack: pricing.Missing, currency: str) -> str:
    """Return what a cart lacks, in words."""
    match lack.kind:
        case "spend":
            return _("%(amount)s more to go") % {"amount": money(lack.amount, currency)}
        case "units":
            words = ngettext("%(count)d more unit to go", "%(count)d more units to go", lack.amount)
            return words % {"count": lack.amount}
        case "options":
            words = ngettext("%(count)d option missing", "%(count)d options missing", lack.amount)
            return words % {"count": lack.amount}
    return _("only for those who accept it")


def _lead(kind: str, scenes: list[Scene], rows: tuple[Row, ...]) -> str:
    """Return "3 × ¥1,000 = ¥2,700, saves ¥300; 4 × ¥1,000 = ¥3,500"; other products do not go on from it."""
    place = next((place for place, scene in enumerate(scenes) if scene.is_lead), 0)
    row = rows[place]
    words = _("%(cart)s = %(price)s, saves %(saving)s") if row.saving else _("%(cart)s = %(price)s")
    sentence = words % {"cart": row.cart, "price": row.price, "saving": row.saving}
    if kind in _GOING_ON and place + 1 < len(rows):
        after = rows[place + 1]
        following = _("%(cart)s = %(price)s") % {"cart": after.cart, "price": after.price}
        return _("%(first)s; %(following)s") % {"first": sentence, "following": following}
    return sentence


def _notes(source: OfferSource, shelf: Shelf) -> tuple[str, ...]:
    """Return how the example was chosen, and when the price holds at all."""
    notes = []
    if shelf.samples:
        names = listed(_("“%(text)s”") % {"text": goods.name} for goods in shelf.samples[:3])
        notes.append(_("No product is named: the example takes %(products)s.") % {"products": names})
    elif source.kind in _COUNTED_IN_UNITS and shelf.first is not None:
        notes.append(_("The example takes “%(product)s”.") % {"product": shelf.first.name})
    if source.needs_acceptance:
        notes.append(_("Only for those who accept it."))
    return tuple(notes)
