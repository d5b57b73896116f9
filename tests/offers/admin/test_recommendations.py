"""Recommendations are shown with their evidence; partners are pinned, vetoed and released."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product, Revision
from offers.models import PartnerOverride
from tests.support.admin_cast import Cast
from tests.support.admin_shop import build_shop


@pytest.fixture
def products(db: None) -> list[Product]:
    del db
    build_shop(4)
    PartnerOverride.objects.all().delete()
    return list(Product.objects.order_by("pk"))


def page(product: Product) -> str:
    return reverse("admin:offers_productpartners_product", args=[product.pk])


def decide(client: Client, product: Product, partner: Product, decision: str) -> int:
    answer = client.post(page(product), {"partner": partner.pk, "decision": decision})
    return answer.status_code


def order_on(client: Client, product: Product) -> list[int]:
    return [row.product.pk for row in client.get(page(product)).context["rows"]]


def test_page__of_a_product__lists_partners_best_first_with_evidence(
    products: list[Product], cast: Cast
) -> None:
    rows = cast.analyst.get(page(products[0])).context["rows"]

    assert [row.product for row in rows] == products[1:]
    assert (rows[0].orders, rows[0].confidence, round(rows[0].lift, 1)) == (40, pytest.approx(0.4), 4.8)


def test_pin__puts_a_partner_first_and_records_the_user(products: list[Product], cast: Cast) -> None:
    product, last = products[0], products[3]

    status = decide(cast.merchandiser, product, last, "pin")

    override = PartnerOverride.objects.get()
    assert status == 302
    assert (override.partner, override.action) == (last, "pin")
    assert override.decided_by is not None
    assert override.decided_by.username == "merchandiser"
    assert order_on(cast.analyst, product)[0] == last.pk


def test_veto__puts_a_partner_last__and_clearing_undoes_it(products: list[Product], cast: Cast) -> None:
    product, first = products[0], products[1]

    decide(cast.merchandiser, product, first, "veto")
    vetoed = order_on(cast.analyst, product)
    decide(cast.merchandiser, product, first, "clear")

    assert vetoed[-1] == first.pk
    assert order_on(cast.analyst, product)[0] == first.pk
    assert not PartnerOverride.objects.exists()


def test_decision__changed__replaces_the_earlier_one(products: list[Product], cast: Cast) -> None:
    decide(cast.merchandiser, products[0], products[1], "pin")
    decide(cast.merchandiser, products[0], products[1], "veto")

    assert PartnerOverride.objects.values_list("action", flat=True).get() == "veto"


def test_decision__raises_the_revision(products: list[Product], cast: Cast) -> None:
    for decision in ("pin", "veto", "clear"):
        before = Revision.objects.filter(pk="offers").values_list("number", flat=True).first() or 0
        decide(cast.merchandiser, products[0], products[1], decision)

        assert Revision.objects.get(pk="offers").number == before + 1


@pytest.mark.parametrize("decision", ["pin", "veto", "clear", "", "drop"])
def test_decision__with_read_only_permission__is_refused(
    decision: str, products: list[Product], cast: Cast
) -> None:
    statuses = [decide(who, products[0], products[1], decision) for who in (cast.analyst, cast.outsider)]

    assert statuses == [403, 403]
    assert not PartnerOverride.objects.exists()


def test_decision__about_the_product_itself__is_refused_in_words(products: list[Product], cast: Cast) -> None:
    answer = cast.merchandiser.post(
        page(products[0]), {"partner": products[0].pk, "decision": "pin"}, follow=True
    )

    assert "A product cannot be its own partner." in answer.text
    assert not PartnerOverride.objects.exists()


def test_product_page__leads_to_its_recommendations(products: list[Product], cast: Cast) -> None:
    address = reverse("admin:catalog_product_recommendations", args=[products[0].pk])

    answer = cast.analyst.get(address)

    assert answer["Location"] == page(products[0])
