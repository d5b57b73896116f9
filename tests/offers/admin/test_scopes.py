"""What an offer's form says about naming nothing: everything, or nothing at all."""

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from catalog.models import Bundle, Product
from offers.models import CuratedProduct, Offer, PromotionCode
from tests.offers.admin.offer_forms import Row, address, picked, posted, tiers
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db
STEPS = tiers((1, "percent", "30"))
CODE: dict[str, list[Row]] = {"codes": [{"code": "ONE", "is_active": "on"}]}


@pytest.fixture
def tea() -> Product:
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)


def errors_of(cast: Cast, kind: str, fields: dict[str, object], *keys: int) -> dict[str, list[str]]:
    """Post the form; return its errors by field."""
    response: Any = cast.merchandiser.post(address(kind, "change" if keys else "add", *keys), fields)
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("kind", "rows", "fields"),
    [
        ("quantity", STEPS, {"trigger_scope": "chosen"}),
        ("threshold", {}, {"trigger_scope": "everything", "target_scope": "chosen"}),
        ("buy_get", {}, {"trigger_scope": "everything", "target_scope": "chosen"}),
        ("bundle", {}, {"trigger_scope": "everything", "bundle_scope": "chosen"}),
    ],
)
def test_form__restricted_to_nothing__is_refused_at_the_field_unless_paused(
    kind: str, rows: dict[str, list[Row]], fields: dict[str, object], cast: Cast
) -> None:
    live = errors_of(cast, kind, posted(kind, rows, **fields))
    paused = posted(kind, rows, **fields)
    del paused["is_active"]

    assert list(live) == [next(name for name, value in fields.items() if value == "chosen")]
    assert errors_of(cast, kind, paused) == {}


@pytest.mark.parametrize("op", ["contains", "contains_not"])
def test_form__conditions_on_something_deleted__are_refused_unless_paused(op: str, cast: Cast) -> None:
    node = {"type": "cart_product", "op": op, "products": [404]}
    conditions = json.dumps({"version": 1, "match": "all", "nodes": [node]})
    fields = posted("quantity", STEPS, trigger_scope="everything", conditions=conditions)
    paused = {name: value for name, value in fields.items() if name != "is_active"}

    assert list(errors_of(cast, "quantity", fields)) == ["conditions"]
    assert errors_of(cast, "quantity", paused) == {}


def test_form__for_everything__forgets_what_was_chosen(cast: Cast, tea: Product) -> None:
    fields = posted("quantity", STEPS, trigger_scope="everything", trigger_products=[tea.pk])

    assert errors_of(cast, "quantity", fields) == {}
    assert not Offer.objects.get().trigger_products.exists()


def test_form__with_products_but_for_what_counts__is_refused_at_the_field(cast: Cast, tea: Product) -> None:
    fields = posted("threshold", picked(tea), trigger_scope="everything", target_scope="counted")

    assert list(errors_of(cast, "threshold", fields)) == ["target_scope"]


def test_form__first_code__makes_it_an_offer_for_those_who_enter_one(cast: Cast, tea: Product) -> None:
    fields = posted("quantity", STEPS | CODE, trigger_scope="chosen", trigger_products=[tea.pk])

    assert errors_of(cast, "quantity", fields) == {}
    assert Offer.objects.get().needs_code


@pytest.mark.parametrize("needs_code", [{"needs_code": "on"}, {}])
def test_form__last_code_removed__is_refused_unless_it_is_for_everyone(
    needs_code: dict[str, object], cast: Cast, tea: Product
) -> None:
    fields = posted("quantity", STEPS | CODE, trigger_products=[tea.pk], needs_code="on")
    assert errors_of(cast, "quantity", fields) == {}
    code = PromotionCode.objects.get()
    removed: dict[str, list[Row]] = {
        "codes": [{"id": code.pk, "code": "ONE", "offer": code.offer_id, "DELETE": "on"}]
    }
    fields = posted("quantity", removed, trigger_products=[tea.pk], **needs_code)
    tier = Offer.objects.get().quantityoffer.tiers.get()
    fields |= {"codes-INITIAL_FORMS": 1, "tiers-INITIAL_FORMS": 1, "tiers-TOTAL_FORMS": 1}
    fields |= {"tiers-0-id": tier.pk, "tiers-0-offer": code.offer_id, "tiers-0-from_quantity": 1}
    fields |= {"tiers-0-benefit_kind": "percent", "tiers-0-benefit_value": "30"}

    errors = errors_of(cast, "quantity", fields, code.offer_id)

    assert list(errors) == list(needs_code)
    assert Offer.objects.get().needs_code is bool(needs_code)


def test_form__of_an_offer_that_names_something__shows_that_it_is_restricted(
    cast: Cast, tea: Product
) -> None:
    offer = Offer.objects.create(kind="bundle", code="set", name="Set", currency="JPY")
    offer.trigger_products.add(tea)
    offer.bundles.add(Bundle.objects.create(code="b", name="B", currency="JPY"))
    PromotionCode.objects.create(offer=offer, code="ONE")

    page: Any = cast.merchandiser.get(address("bundle", "change", offer.pk))

    initial = page.context["adminform"].form.initial
    shown = [initial[name] for name in ("trigger_scope", "bundle_scope", "needs_code")]
    assert shown == ["chosen", "chosen", True]


def test_copy__of_an_offer_with_codes__is_for_nobody_and_cannot_be_published(
    cast: Cast, tea: Product
) -> None:
    offer = Offer.objects.create(kind="cross_sell", code="tea", name="Tea", currency="JPY")
    CuratedProduct.objects.create(offer=offer, product=tea)
    PromotionCode.objects.create(offer=offer, code="ONE")

    opened = cast.merchandiser.post(reverse("admin:offers_crossselloffer_duplicate_this", args=[offer.pk]))
    copy = Offer.objects.get(code="tea-copy")
    cast.merchandiser.post(
        reverse("admin:offers_offer_changelist"), {"action": "publish", "_selected_action": [copy.pk]}
    )

    copy.refresh_from_db()
    said = [str(message) for message in get_messages(opened.wsgi_request)]
    assert (copy.needs_code, copy.codes.count(), copy.is_active) == (True, 0, False)
    assert "It requires a promotion code, but has none yet." in said
