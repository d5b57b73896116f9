"""What shoppers would see of an offer right now, decided by the code that serves them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from accounts.admin.keys import KeySelect, KeySelectMultiple, KeysField
from catalog.admin.sku_list import mark_product_field
from catalog.models import Product
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest
from engine.moments import parse_moment
from engine.snapshot.reader import Snapshot
from offers.admin.proposals import (
    CandidateRow,
    ProposalRow,
    candidate_rows,
    failed_texts,
    names_of,
    proposal_row,
)
from offers.admin.wording import note_text
from offers.models import Customer, Event, Offer, Placement
from offers.services.customer import load_known_customer
from offers.services.serving import latest_unseen_change, serving_snapshot

MAX_CART_PRODUCTS = 50


# The admin's own autocompletes answer for any column that points to the same model.
PRODUCTS = Offer._meta.get_field("trigger_products")  # noqa: SLF001 (Django's model API)
CUSTOMERS = Event._meta.get_field("customer")  # noqa: SLF001


def autocomplete(field: Any, widget: Any) -> None:
    """Let a field be chosen by typing a part of a name."""
    widget.choices, widget.is_required = field.choices, field.required
    field.widget = widget
    if field.queryset.model is Product:
        mark_product_field(field)


class PreviewForm(forms.Form):
    """The context to decide in: a place, a page's product, a cart, a customer, a language."""

    placement = forms.ModelChoiceField(
        Placement.objects.none(),
        label=_("Placement"),
        to_field_name="code",
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    product = forms.ModelChoiceField(Product.objects.all(), label=_("Product on the page"), required=False)
    cart = KeysField(Product.objects.all(), label=_("Products in the cart"), required=False)
    quantity = forms.IntegerField(
        label=_("Units of each"),
        min_value=1,
        max_value=999,
        initial=1,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    customer = forms.ModelChoiceField(Customer.objects.all(), label=_("Customer"), required=False)
    locale = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, offer: Offer, site: AdminSite, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "preview")
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("initial", {"locale": get_language()})
        super().__init__(*args, **kwargs)
        places: Any = self.fields["placement"]
        places.queryset = offer.placements.order_by("name")
        autocomplete(self.fields["product"], KeySelect(PRODUCTS, site))
        autocomplete(self.fields["cart"], KeySelectMultiple(PRODUCTS, site))
        autocomplete(self.fields["customer"], KeySelect(CUSTOMERS, site))


@dataclass(frozen=True, slots=True)
class Preview:
    """What the panel shows; without a snapshot nothing can be served at all."""

    snapshot: Snapshot | None
    built_at: datetime | None = None
    changed_at: datetime | None = None
    proposals: tuple[ProposalRow, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()
    failed: str = ""
    notes: tuple[str, ...] = ()


def preview_offer(offer: Offer, chosen: Mapping[str, Any], at: datetime) -> Preview:
    """Decide for this one offer in the chosen context, with the whole trace."""
    snapshot = serving_snapshot()
    if snapshot is None:
        return Preview(None)
    decision = decide(snapshot=snapshot, request=_request(offer, chosen, at))
    trace = next((trace for trace in decision.trace or () if trace.offer == offer.code), None)
    traces = [trace] if trace else []
    names = names_of(decision.proposals, traces)
    return Preview(
        snapshot=snapshot,
        built_at=parse_moment(snapshot.built_at),
        changed_at=latest_unseen_change(snapshot.manifest),
        proposals=tuple(proposal_row(proposal, traces, names) for proposal in decision.proposals),
        candidates=candidate_rows(trace, names),
        failed=failed_texts(traces).get(offer.code, ""),
        notes=tuple(note_text(note) for note in decision.notes),
    )


def _request(offer: Offer, chosen: Mapping[str, Any], at: datetime) -> DecisionRequest:
    quantity = chosen["quantity"] or 1
    customer: Customer | None = chosen["customer"]
    return DecisionRequest(
        placement=chosen["placement"].code,
        at=int(at.timestamp()),
        cart=tuple(CartItem(product.sku, quantity) for product in chosen["cart"][:MAX_CART_PRODUCTS]),
        product=chosen["product"].sku if chosen["product"] else None,
        customer=load_known_customer(external_id=customer.external_id) if customer else None,
        locale=chosen["locale"] or get_language() or "en",
        explain=True,
        only=offer.code,
    )
