"""Every change of the catalogue or the offers in the admin raises the revision."""

from collections.abc import Mapping

import pytest
from django.urls import reverse
from django.utils.timezone import now

from catalog.models import Bundle, Category, Product, ProductRelation, Revision, UpgradeLadder, UpgradeTier
from catalog.services.product import record_price_change
from offers.kinds.cross_sell.models import CrossSellOffer
from offers.kinds.quantity.models import QuantityOffer
from offers.models import Generation, PartnerOverride, Placement, PopularProducts, ProductPartners
from tests.offers.admin.offer_forms import posted
from tests.support.admin_cast import Cast
from tests.support.admin_shop import build_shop

Data = Mapping[str, object]


def revision(domain: str) -> int:
    return Revision.objects.filter(pk=domain).values_list("number", flat=True).first() or 0


def inline(prefix: str, *rows: Data) -> dict[str, object]:
    """Return the form fields of inline rows."""
    fields: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return fields | {
        f"{prefix}-{index}-{name}": value for index, row in enumerate(rows) for name, value in row.items()
    }


def additions() -> dict[str, tuple[str, Data]]:
    """Return the form data of each add page, and the domain that it changes."""
    one, two = Product.objects.order_by("pk")[:2]
    item = {"product": two.pk, "quantity": 2, "position": 0}
    return {
        "catalog_category": ("catalog", {"name": "New"}),
        "catalog_productrelation": (
            "catalog",
            {"product": two.pk, "related": one.pk, "kind": "accessory", "position": 0},
        ),
        "catalog_upgradeladder": (
            "catalog",
            {"name": "New", **inline("tiers", {"product": one.pk, "label": "梅", "position": 0})},
        ),
        "catalog_bundle": (
            "catalog",
            {
                "code": "new",
                "name": "New",
                "currency": "JPY",
                "benefit_kind": "none",
                **inline("items", item),
            },
        ),
        "offers_placement": ("offers", {"code": "new", "name": "New", "slot_count": 3, "rank_by": "margin"}),
        "offers_partneroverride": ("offers", {"product": two.pk, "partner": one.pk, "action": "veto"}),
        "offers_crossselloffer": (
            "offers",
            posted("cross_sell", {"strategies": [{"strategy": "popular", "position": 0}]}),
        ),
    }


@pytest.mark.parametrize(
    "name",
    [
        "catalog_category",
        "catalog_productrelation",
        "catalog_upgradeladder",
        "catalog_bundle",
        "offers_placement",
        "offers_partneroverride",
        "offers_crossselloffer",
    ],
)
def test_adding__raises_its_revision(name: str, cast: Cast) -> None:
    build_shop(3)
    domain, fields = additions()[name]
    before = revision(domain)

    answer = cast.merchandiser.post(reverse(f"admin:{name}_add"), fields)

    assert answer.status_code == 302, answer.context["errors"]
    assert revision(domain) > before


@pytest.mark.parametrize(
    ("model", "domain"),
    [
        (ProductRelation, "catalog"),
        (UpgradeLadder, "catalog"),
        (Bundle, "catalog"),
        (CrossSellOffer, "offers"),
        (QuantityOffer, "offers"),
        (Placement, "offers"),
        (PartnerOverride, "offers"),
    ],
)
@pytest.mark.parametrize("in_bulk", [False, True])
def test_deleting__raises_its_revision(model: type[Product], domain: str, in_bulk: bool, cast: Cast) -> None:
    build_shop(3)
    row, name = model.objects.order_by("pk")[0], f"{model._meta.app_label}_{model._meta.model_name}"
    before = revision(domain)

    if in_bulk:
        fields = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        cast.merchandiser.post(reverse(f"admin:{name}_changelist"), fields)
    else:
        cast.merchandiser.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"})

    assert not model.objects.filter(pk=row.pk).exists()
    assert revision(domain) > before


@pytest.mark.parametrize("model", [Product, Category])
def test_deleting__with_prices_and_learned_facts__deletes_them_too(
    model: type[Product] | type[Category], cast: Cast
) -> None:
    tea = Category.objects.create(name="Tea", path="Tea")
    product = Product.objects.create(sku="n", name="N", currency="JPY", price_minor=5)
    record_price_change(product=product, at=now())
    ProductPartners.objects.create(product=product, order_count=1, partners=b"")
    PopularProducts.objects.create(
        generation=Generation.objects.create(published_at=now()), category=tea, products=b""
    )
    row = model.objects.get()

    name = f"admin:catalog_{model._meta.model_name}_delete"
    answer = cast.merchandiser.post(reverse(name, args=[row.pk]), {"post": "yes"})

    assert answer.status_code == 302
    assert not model.objects.exists()


@pytest.mark.parametrize(
    ("name", "action", "domain"),
    [
        ("catalog_product", "hide", "catalog"),
        ("catalog_upgradeladder", "deactivate", "catalog"),
        ("catalog_bundle", "deactivate", "catalog"),
        ("offers_crossselloffer", "pause", "offers"),
        ("offers_placement", "deactivate", "offers"),
    ],
)
def test_bulk_action__raises_its_revision_only_if_something_changed(
    name: str, action: str, domain: str, cast: Cast
) -> None:
    build_shop(3)
    address = reverse(f"admin:{name}_changelist")
    before = revision(domain)

    for _turn in range(2):
        rows = [row.pk for row in cast.merchandiser.get(address).context["cl"].result_list]
        cast.merchandiser.post(address, {"action": action, "_selected_action": rows})

    assert revision(domain) == before + 1


def test_ladder__reordered_in_place__raises_the_revision(cast: Cast) -> None:
    build_shop(3)
    for place, product in enumerate(Product.objects.order_by("-pk")):
        Product.objects.filter(pk=product.pk).update(price_minor=1000 + place)
    ladder = UpgradeLadder.objects.order_by("pk")[0]
    tiers = list(UpgradeTier.objects.filter(ladder=ladder).order_by("position"))
    rows = [
        {
            "id": tier.pk,
            "ladder": ladder.pk,
            "product": tier.product_id,
            "label": tier.label,
            "position": 9 - place,
        }
        for place, tier in enumerate(tiers)
    ]
    fields = {"name": ladder.name, "is_active": "on", **inline("tiers", *rows), "tiers-INITIAL_FORMS": 3}
    before = revision("catalog")

    cast.merchandiser.post(reverse("admin:catalog_upgradeladder_change", args=[ladder.pk]), fields)

    order = UpgradeTier.objects.filter(ladder=ladder).order_by("position").values_list("label", flat=True)
    assert list(order) == ["松", "竹", "梅"]
    assert revision("catalog") > before


def test_ladder__new_tier__is_added_at_the_top(cast: Cast) -> None:
    build_shop(3)
    ladder = UpgradeLadder.objects.create(name="New")
    address = reverse("admin:catalog_upgradeladder_change", args=[ladder.pk])
    for count, product in enumerate(Product.objects.order_by("pk")[:3]):
        tiers = [
            {
                "id": tier.pk,
                "ladder": ladder.pk,
                "product": tier.product_id,
                "label": tier.label,
                "position": place,
            }
            for place, tier in enumerate(ladder.tiers.order_by("position"))
        ]
        new = {"ladder": ladder.pk, "product": product.pk, "label": f"tier {count}", "position": 0}

        cast.merchandiser.post(
            address, {"name": "New", **inline("tiers", *tiers, new), "tiers-INITIAL_FORMS": count}
        )

    positions = ladder.tiers.order_by("position").values_list("label", "position")
    assert list(positions) == [("tier 0", 0), ("tier 1", 1), ("tier 2", 2)]


def test_category__renamed__changes_the_paths_below(cast: Cast) -> None:
    root = Category.objects.create(name="Tea", path="Tea")
    Category.objects.create(name="Green", parent=root, path="Tea > Green")

    cast.merchandiser.post(reverse("admin:catalog_category_change", args=[root.pk]), {"name": "お茶"})

    assert sorted(Category.objects.values_list("path", flat=True)) == ["お茶", "お茶 > Green"]


def test_category__duplicate_path__shows_the_error_at_the_name(cast: Cast) -> None:
    Category.objects.create(name="Tea", path="Tea")

    answer = cast.merchandiser.post(reverse("admin:catalog_category_add"), {"name": " Tea "})

    assert list(answer.context["adminform"].form.errors) == ["name"]
