"""Try out which offers a customer would see and what a cart would cost, by the code that serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.keys import KeySelect, is_key
from catalog.admin.local_time import LocalTimeField
from catalog.models import Product
from catalog.services.amounts import listed
from checkout.admin.cart_price import CartPrice, price_cart_of
from engine.decision import decide
from engine.decision.types import CartItem, Decision, DecisionRequest, OfferTrace
from engine.experiments.running import unit_of
from engine.snapshot.reader import Snapshot
from gateway.api.shapes.types import MAX_CONTEXT
from offers.admin.preview import CUSTOMERS, PRODUCTS, autocomplete
from offers.admin.proposals import (
    CandidateRow,
    ProposalRow,
    candidate_rows,
    failed_texts,
    names_of,
    proposal_row,
)
from offers.admin.wording import note_text
from offers.models import Channel, ContextValue, Customer, Offer, Placement
from offers.models.context import MAX_VALUE_LENGTH
from offers.services.customer import load_known_customer
from offers.services.serving import latest_unseen_change, serving_snapshot
from offers.services.speech import country_names, name_columns

PERMISSION = "offers.view_offer"
CART_ROWS = 6
# Signed quote IDs hold the time in 32 bits.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MAX_UNITS = 999
SHOWN_CANDIDATES = 20
# How the fields of the shop's own context values begin.
OWN = "own-"


class MomentInput(UnfoldAdminTextInputWidget):  # type: ignore[misc] # Unfold ships no types
    """A date and time in one field."""

    input_type = "datetime-local"


class TryoutForm(forms.Form):
    """The context of the decision."""

    placement = forms.ModelChoiceField(
        Placement.objects.order_by("name"),
        label=gettext_lazy("Placement"),
        to_field_name="code",
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    product = forms.ModelChoiceField(
        Product.objects.all(), label=gettext_lazy("Product on the page"), required=False
    )
    customer = forms.ModelChoiceField(Customer.objects.all(), label=gettext_lazy("Customer"), required=False)
    codes = forms.CharField(
        label=gettext_lazy("Promotion codes"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
    )
    at = LocalTimeField(
        label=gettext_lazy("Date and time (empty: now)"),
        required=False,
        widget=MomentInput,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )
    locale = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=Channel.choices,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, site: AdminSite, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("locale", get_language())
        countries: Any = self.fields["country"]
        countries.choices = [("", "–"), *country_choices()]
        self.fields |= {f"{OWN}{one.code}": own_value_field(one) for one in declared_values()}
        autocomplete(self.fields["product"], KeySelect(PRODUCTS, site))
        autocomplete(self.fields["customer"], KeySelect(CUSTOMERS, site))

    def clean(self) -> dict[str, Any]:
        """Gather the shop's own values under their codes; a request takes so many and no more."""
        cleaned = super().clean() or {}
        named = {name: str(value) for name, value in cleaned.items() if name.startswith(OWN) and value}
        if len(named) > MAX_CONTEXT:
            words = _("Enter at most %(count)d context values.") % {"count": MAX_CONTEXT}
            raise ValidationError(words, code="too_many")
        return {**cleaned, "context": {name.removeprefix(OWN): value for name, value in named.items()}}


def country_choices() -> list[tuple[str, str]]:
    """Return all countries in alphabetical order."""
    return sorted(country_names(get_language() or "en").items(), key=lambda one: one[1])


def declared_values() -> QuerySet[ContextValue]:
    """Return the context values that storefronts may send."""
    return ContextValue.objects.order_by("code")


def own_value_field(value: ContextValue) -> forms.Field:
    """Return the field for one of the shop's own context values."""
    label = next(filter(None, (vars(value)[column] for column in name_columns(ContextValue))))
    if value.choices:
        choices = [("", "–"), *((one, one) for one in value.choices)]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget)
    return forms.CharField(
        label=label, required=False, max_length=MAX_VALUE_LENGTH, widget=UnfoldAdminTextInputWidget
    )


class CartRowForm(forms.Form):
    """A line of the cart."""

    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("Product"), required=False)
    quantity = forms.IntegerField(
        label=gettext_lazy("Units"),
        min_value=1,
        max_value=MAX_UNITS,
        initial=1,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        autocomplete(self.fields["product"], KeySelect(PRODUCTS, admin.site))


CartRows = forms.formset_factory(CartRowForm, extra=CART_ROWS, max_num=CART_ROWS, absolute_max=CART_ROWS)


@dataclass(frozen=True, slots=True)
class TriedOffer:
    """The outcome of one offer: shown, not needed, or why it does not apply."""

    code: str
    offer: Offer | None
    state: str  # "shown", "passed" or "failed"
    outcome: str
    candidates: tuple[CandidateRow, ...]


@dataclass(frozen=True, slots=True)
class Tryout:
    """The result on the page; without a snapshot nothing can be served."""

    snapshot: Snapshot | None
    changed_at: datetime | None = None
    notes: tuple[str, ...] = ()
    proposals: tuple[ProposalRow, ...] = ()
    offers: tuple[TriedOffer, ...] = ()
    price: CartPrice | None = None


def tryout_view(request: HttpRequest) -> HttpResponse:
    """Show the form to staff who may view offers; the query string fills it in."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    known = {name: request.GET[name] for name in ("customer", "product", "placement") if name in request.GET}
    form, rows = TryoutForm(site=admin.site, initial=_existing(known)), CartRows(prefix="cart")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Try out a placement"),
        "form": form,
        "rows": rows,
        "has_placements": Placement.objects.exists(),
        "media": form.media + rows.media,
    }
    return TemplateResponse(request, "admin/checkout/tryout.html", context)


def answer_view(request: HttpRequest) -> HttpResponse:
    """Return what would be shown in the given context; nothing is recorded."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form, rows = TryoutForm(request.GET, site=admin.site), CartRows(request.GET, prefix="cart")
    tryout = None
    if form.is_valid() and rows.is_valid():
        tryout = try_out(form.cleaned_data, _cart(rows), now())
    context = {"form": form, "rows": rows, "tryout": tryout}
    return render(request, "admin/checkout/tryout_answer.html", context)


def try_out(chosen: Mapping[str, Any], cart: tuple[CartItem, ...], at: datetime) -> Tryout:
    """Decide for the whole placement, with the trace of every offer, and price the cart."""
    snapshot = serving_snapshot()
    if snapshot is None:
        return Tryout(None)
    at = chosen["at"] or at
    customer: Customer | None = chosen["customer"]
    locale = chosen["locale"] or get_language() or "en"
    decision = decide(
        snapshot=snapshot,
        request=DecisionRequest(
            placement=chosen["placement"].code,
            at=int(at.timestamp()),
            cart=cart,
            product=chosen["product"].sku if chosen["product"] else None,
            customer=load_known_customer(external_id=customer.external_id) if customer else None,
            locale=locale,
            channel=chosen["channel"] or Channel.WEB,
            country=chosen["country"],
            context=chosen["context"],
            explain=True,
            unit=unit_of(customer.external_id, None) if customer else "",
        ),
    )
    traces = decision.trace or ()
    names = names_of(decision.proposals, traces)
    codes = tuple(chosen["codes"].replace("、", ",").replace("，", ",").split(","))
    return Tryout(
        snapshot=snapshot,
        changed_at=latest_unseen_change(snapshot.manifest),
        notes=tuple(note_text(note) for note in decision.notes),
        proposals=tuple(proposal_row(one, traces, names) for one in decision.proposals),
        offers=_offer_rows(decision, names),
        price=price_cart_of(
            snapshot,
            cart,
            customer,
            tuple(filter(None, map(str.strip, codes))),
            at,
            locale=locale,
            country=chosen["country"],
            context=chosen["context"],
        ),
    )


def _existing(known: Mapping[str, str]) -> dict[str, Any]:
    """Return the initial values of the form; a key that is not a number is ignored."""
    return {name: value for name, value in known.items() if name == "placement" or is_key(value)}


def _cart(rows: Any) -> tuple[CartItem, ...]:
    filled = [form.cleaned_data for form in rows if form.cleaned_data.get("product")]
    return tuple(CartItem(row["product"].sku, row["quantity"] or 1) for row in filled)


def _offer_rows(decision: Decision, names: Mapping[str, str]) -> tuple[TriedOffer, ...]:
    """Return the offers of the placement: shown ones first, then those that could have been."""
    traces = decision.trace or ()
    offers = Offer.objects.in_bulk([trace.offer for trace in traces], field_name="code")
    places: dict[str, list[int]] = {}
    for proposal in decision.proposals:
        places.setdefault(proposal.offer, []).append(proposal.position)
    failed = failed_texts(traces)
    rows = [_offer_row(trace, offers.get(trace.offer), places, names, failed) for trace in traces]
    order = {"shown": 0, "passed": 1, "failed": 2}
    return tuple(sorted(rows, key=lambda row: (order[row.state], min(places.get(row.code, [0])))))


def _offer_row(
    trace: OfferTrace,
    offer: Offer | None,
    places: Mapping[str, list[int]],
    names: Mapping[str, str],
    failed: Mapping[str, str],
) -> TriedOffer:
    candidates = candidate_rows(trace, names)[:SHOWN_CANDIDATES]
    if trace.offer in places:
        shown = listed(map(str, places[trace.offer]))
        return TriedOffer(
            trace.offer, offer, "shown", _("shown at position %(place)s") % {"place": shown}, candidates
        )
    if trace.failed == "not_asked":
        return TriedOffer(trace.offer, offer, "passed", _("all slots are already filled"), ())
    if trace.failed:
        return TriedOffer(trace.offer, offer, "failed", failed[trace.offer], ())
    reasons = list(dict.fromkeys(row.removed for row in candidates if row.removed))
    outcome = listed(reasons[:2]) or _("has nothing to offer here")
    return TriedOffer(trace.offer, offer, "passed", outcome, candidates)
