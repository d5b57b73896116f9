"""Price the carts of an example with the pricing core, and put the results into words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import structs

from catalog.services.amounts import listed, money
from engine.pricing import (
    Cart,
    Missing,
    OfferIndex,
    PricedCart,
    PricingOffer,
    PricingOutcome,
    Rules,
    price_cart,
)
from offers.admin.example.scenario import MONTH_DAYS, Scenario, Scenarios
from offers.admin.wording import code_text
from offers.services.collection.rules import collect_rules
from offers.services.faults import find_faults, find_lacks, find_warnings, samples_for
from offers.services.samples import IncompleteOfferError, SampleProducts
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer


@dataclass(frozen=True, slots=True)
class Row:
    """A cart with its price; `note` says what is missing, added or cut."""

    cart: str
    list_price: str
    price: str
    saving: str
    note: str
    applies: bool


@dataclass(frozen=True, slots=True)
class Example:
    """The example under the form: a sentence, the carts, notes, warnings and faults."""

    lead: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindExample:
    """How the example of a kind is built: `scenarios` returns its carts.

    `rows_continue` where each row continues the one before it, so that the sentence above them names two.
    `rows_count_units` where rows say "3 × ¥1,000" and do not name the product.
    """

    scenarios: Scenarios
    rows_continue: bool = False
    rows_count_units: bool = False


def work_out(source: OfferSource[Any], example: KindExample) -> Example:
    """Return the example of an offer; IncompleteOfferError says what it lacks."""
    offer = build_pricing_offer(source)
    if offer is None:
        raise IncompleteOfferError(find_lacks(source))
    samples = samples_for(source)
    scenarios = example.scenarios(source, offer, samples)
    rules = collect_rules()
    priced = [_price(offer, scenario, samples, rules) for scenario in scenarios]
    rows = tuple(
        _row(scenario, cart, offer, samples.currency)
        for scenario, cart in zip(scenarios, priced, strict=True)
    )
    return Example(
        lead=_lead(scenarios, rows, rows_continue=example.rows_continue),
        rows=rows,
        notes=_notes(source, samples, rows_count_units=example.rows_count_units),
        warnings=tuple(fault.text for fault in find_warnings(source, samples)),
        faults=tuple(fault.text for fault in find_faults(source, samples)),
    )


def _price(offer: PricingOffer, scenario: Scenario, samples: SampleProducts, rules: Rules) -> PricedCart:
    """Price a scenario's cart by the rules of the shop, as if this were its only offer."""
    lines = scenario.lines
    if offer.purchase == "subscription":
        lines = tuple(structs.replace(line, interval_days=line.interval_days or MONTH_DAYS) for line in lines)
    cart = Cart(
        lines,
        samples.currency,
        tax_included=samples.tax_mode.tax_included,
        accepted=scenario.accepted,
    )
    return price_cart(cart=cart, offers=OfferIndex([offer]), rules=rules)


def _row(scenario: Scenario, cart: PricedCart, offer: PricingOffer, currency: str) -> Row:
    outcome = cart.outcome_of(offer.id)
    return Row(
        cart=_label(scenario, cart, currency),
        list_price=money(cart.list_minor, currency),
        price=money(cart.total_minor, currency),
        saving=money(cart.discount_minor, currency) if cart.discount_minor else "",
        note=" · ".join(dict.fromkeys(_remarks(scenario, cart, outcome, currency))),
        applies=outcome.status == "applied",
    )


def _label(scenario: Scenario, cart: PricedCart, currency: str) -> str:
    """Return the label of the cart, with the gift that the offer adds: its list price counts too."""
    gifts = [line.list_minor for line in cart.lines if line.gift_of is not None]
    if not gifts:
        return scenario.label
    gift = _("gift %(price)s") % {"price": money(sum(gifts), currency)}
    return f"{scenario.label} + {gift}"


def _remarks(scenario: Scenario, cart: PricedCart, outcome: PricingOutcome, currency: str) -> list[str]:
    """Return what the figures alone do not say."""
    remarks = [missing_text(lack, currency) for lack in outcome.missing]
    if outcome.status == "not_eligible":
        remarks.append(code_text(outcome.reason or ""))
    if scenario.instead_of is not None and outcome.status == "applied":
        step = cart.total_minor - scenario.instead_of.price_minor
        sign = "−" if step < 0 else "+"
        remarks.append(_("%(step)s for the shopper") % {"step": f"{sign}{money(abs(step), currency)}"})
    if cart.free_shipping:
        remarks.append(_("free shipping"))
    if "margin_floor" in outcome.cuts:
        remarks.append(_("limited by the margin floor"))
    if "max_discount" in outcome.cuts:
        remarks.append(_("limited by the maximum discount"))
    return remarks


def missing_text(lack: Missing, currency: str) -> str:
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
    return _("only for shoppers who accept it")


def _lead(scenarios: list[Scenario], rows: tuple[Row, ...], *, rows_continue: bool) -> str:
    """Return "3 × ¥1,000 = ¥2,700, saves ¥300; 4 × ¥1,000 = ¥3,500, saves ¥500", or the first of the two."""
    place = next((place for place, scenario in enumerate(scenarios) if scenario.is_lead), 0)
    sentence = _sentence(rows[place])
    if rows_continue and place + 1 < len(rows):
        return _("%(first)s; %(following)s") % {"first": sentence, "following": _sentence(rows[place + 1])}
    return sentence


def _sentence(row: Row) -> str:
    words = _("%(cart)s = %(price)s, saves %(saving)s") if row.saving else _("%(cart)s = %(price)s")
    return words % {"cart": row.cart, "price": row.price, "saving": row.saving}


def _notes(source: OfferSource[Any], samples: SampleProducts, *, rows_count_units: bool) -> tuple[str, ...]:
    """Return how the example was chosen, and when the price holds at all."""
    notes = []
    if samples.samples:
        names = listed(_("“%(text)s”") % {"text": product.name} for product in samples.samples[:3])
        notes.append(_("The offer names no products: the example uses %(products)s.") % {"products": names})
    elif rows_count_units and samples.first is not None:
        notes.append(_("The example uses “%(product)s”.") % {"product": samples.first.name})
    if source.needs_acceptance:
        notes.append(_("Only for shoppers who accept it."))
    return tuple(notes)
