"""Who is asked before an offer in a placement, and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from accounts.admin.keys import KeySelect
from catalog.models import Product
from catalog.services.amounts import money
from engine.decision import decide
from engine.decision.types import DecisionRequest, OfferTrace
from offers.admin.preview import PRODUCTS, autocomplete
from offers.admin.wording import code_text
from offers.models import Offer, Placement
from offers.services.board import Board
from offers.services.serving import serving_snapshot
from offers.services.standing import Standing, reserved_for_others, standings

# The nearest offers above one that the page lists.
MAX_ABOVE = 100


class StandingForm(forms.Form):
    """The page to work out expected values for."""

    product = forms.ModelChoiceField(
        Product.objects.all(), label=gettext_lazy("Product on the page"), required=False
    )

    def __init__(self, data: QueryDict | None, *, site: AdminSite) -> None:
        super().__init__(data, label_suffix="")
        autocomplete(self.fields["product"], KeySelect(PRODUCTS, site))


class StandingRow(Struct, frozen=True, kw_only=True):
    """An offer above, and what it comes to on the chosen page."""

    standing: Standing
    relation: str
    value: str
    result: str


def standing_view(page: Any, request: HttpRequest, placement: Placement, offer_pk: int) -> HttpResponse:
    """Show the offers that are asked before an offer or compete with it, the first of all on top."""
    offer = get_object_or_404(placement.offers, pk=offer_pk)
    board = Board.of(placement)
    ranked = standings(placement, board, at=now())
    own = next((one for one in ranked if one.offer.pk == offer.pk), None)
    form = StandingForm(request.GET or None, site=page.admin_site)
    traces = _traces(placement, form.cleaned_data["product"]) if form.is_valid() else {}
    above = [] if own is None else [one for one in ranked if one is not own and one.turn <= own.turn]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": offer.name,
        "subtitle": _("Who is asked before this offer in “%(placement)s”") % {"placement": placement.name},
        "placement": placement,
        "offer": offer,
        "own": None if own is None else _row(own, own, traces),
        "rows": [_row(one, own, traces) for one in above[-MAX_ABOVE:] if own is not None],
        "left_out_count": max(len(above) - MAX_ABOVE, 0),
        "reserved": [] if own is None else reserved_for_others(own, board),
        "form": form,
        "is_worked_out": bool(traces),
        "media": page.media + form.media,
    }
    return TemplateResponse(request, "admin/offers/standing.html", context)


def _row(one: Standing, own: Standing, traces: Mapping[str, OfferTrace]) -> StandingRow:
    if one is own:
        relation = ""
    elif one.comes_before(own):
        relation = _("asked before")
    else:
        relation = _("competes by expected value")
    trace = traces.get(one.offer.code)
    return StandingRow(standing=one, relation=relation, value=_value(one.offer, trace), result=_result(trace))


def _traces(placement: Placement, product: Product | None) -> dict[str, OfferTrace]:
    """Return what becomes of each offer on the page of a product right now."""
    snapshot = serving_snapshot()
    if snapshot is None or product is None:
        return {}
    request = DecisionRequest(
        placement=placement.code, at=int(now().timestamp()), product=product.sku, explain=True
    )
    decision = decide(snapshot=snapshot, request=request)
    return {trace.offer: trace for trace in decision.trace or ()}


def _value(offer: Offer, trace: OfferTrace | None) -> str:
    """Return the largest expected value of the offer's candidates."""
    found = [one.detail["value"] for one in (trace.candidates if trace else ()) if "value" in one.detail]
    values = [float(one) for one in found]
    return money(round(max(values)), offer.currency) if values else "–"


def _result(trace: OfferTrace | None) -> str:
    """Return what became of the offer: shown, or why not."""
    if trace is None:
        return "–"
    if trace.failed:
        return code_text(trace.failed)
    removed = [one.removed_by for one in trace.candidates]
    if None in removed:
        return _("shown")
    return code_text(str(removed[0])) if removed else _("nothing to propose")
