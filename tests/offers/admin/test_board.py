"""The board of a placement in the admin: saved as a whole, guarded against a second tab, undone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product, Revision
from offers.models import BoardEntry, CuratedProduct, Offer, OfferStrategy, Placement, ReservedSlot
from tests.offers.market import publish
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cart() -> Placement:
    """Show three offers in the cart; A has the highest priority."""
    cart = Placement.objects.create(code="cart", name="Cart", slot_count=2)
    for place, code in enumerate("abc"):
        offer = Offer.objects.create(
            code=code, name=code.upper(), kind="cross_sell", priority=-place, currency="JPY"
        )
        offer.placements.add(cart)
    return cart


def key(code: str) -> int:
    return Offer.objects.get(code=code).pk


def address(placement: Placement) -> str:
    return reverse("admin:offers_placement_board", args=[placement.pk])


def opened(client: Client, placement: Placement) -> str:
    return str(client.get(address(placement)).context["token"])


def entered(token: str, *codes: str, **columns: Any) -> dict[str, Any]:
    usual = {"fill_ins": "all", "after_decline": "next", "downsell": "", "slot-1": "", "slot-2": ""}
    return {**usual, "_opened": token, "order": [key(code) for code in codes], **columns}


def order_of(placement: Placement) -> list[str]:
    entries = BoardEntry.objects.filter(placement=placement).order_by("position")
    return list(entries.values_list("offer__code", flat=True))


def test_board__saved__is_stored_as_a_whole_and_in_the_history(cast: Cast, cart: Placement) -> None:
    client = cast.merchandiser
    body = entered(
        opened(client, cart), "c", "a", **{"slot-1": "kind:upgrade", "slot-2": f"offer:{key('b')}"},
        fill_ins="none", after_decline="offer", downsell=key("b"),
    )  # fmt: skip

    answer = client.post(address(cart), body)

    assert answer.status_code == 302
    assert order_of(cart) == ["c", "a"]
    slots = ReservedSlot.objects.order_by("slot").values_list("slot", "kind", "offer__code")
    assert list(slots) == [(1, "upgrade", None), (2, "", "b")]
    cart.refresh_from_db()
    assert (cart.fill_ins, cart.after_decline, cart.downsell_id) == ("none", "offer", key("b"))
    assert Revision.objects.get(domain="offers").number > 0
    history = client.get(reverse("admin:offers_placement_history", args=[cart.pk])).content.decode()
    assert "Order on the board: – → C, A" in history


def test_board__opened_in_two_tabs__refuses_the_second_and_keeps_its_order(
    cast: Cast, cart: Placement
) -> None:
    client = cast.merchandiser
    first = second = opened(client, cart)
    client.post(address(cart), entered(first, "b"))

    answer = client.post(address(cart), entered(second, "c", "a"))

    assert answer.status_code == 409
    assert order_of(cart) == ["b"]
    assert [row["offer"].code for row in answer.context["placed"]] == ["c", "a"]
    assert "Order stored now:" in answer.content.decode()
    assert client.post(address(cart), entered(answer.context["token"], "c", "a")).status_code == 302
    assert order_of(cart) == ["c", "a"]


def test_board__without_a_valid_version__is_not_saved(cast: Cast, cart: Placement) -> None:
    for token in ("", "forged", opened(cast.merchandiser, Placement.objects.create(code="x", name="X"))):
        assert cast.merchandiser.post(address(cart), entered(token, "c")).status_code == 409

    assert order_of(cart) == []


def test_board__saved_by_mistake__is_undone_once_nobody_changed_it(cast: Cast, cart: Placement) -> None:
    client = cast.merchandiser
    client.post(address(cart), entered(opened(client, cart), "b"))
    client.post(address(cart), entered(opened(client, cart), "c", fill_ins="none"))
    assert "Undo the last save" in client.get(address(cart)).content.decode()

    client.post(address(cart), {"undo": "1"})

    assert order_of(cart) == ["b"]
    assert Placement.objects.get(pk=cart.pk).fill_ins == "all"
    owner = cast.superuser
    owner.post(address(cart), entered(opened(owner, cart), "a"))
    answer = client.post(address(cart), {"undo": "1"}, follow=True)
    assert "Not undone: the board was changed in the meantime." in answer.content.decode()
    assert order_of(cart) == ["a"]


@pytest.mark.parametrize(
    ("codes", "move", "placed"),
    [
        ("ab", "up:b", "ba"),
        ("ab", "up:a", "ab"),
        ("ab", "down:a", "ba"),
        ("ab", "down:b", "a"),
        ("ab", "up:c", "abc"),
        ("ab", "down:c", "ab"),
        ("ab", "sideways:a", "ab"),
    ],
)
def test_board__button_without_a_script__moves_and_saves_nothing(
    cast: Cast, cart: Placement, codes: str, move: str, placed: str
) -> None:
    direction, code = move.split(":")
    body = entered(opened(cast.merchandiser, cart), *codes, move=f"{direction}:{key(code)}")

    answer = cast.merchandiser.post(address(cart), body)

    assert [row["offer"].code for row in answer.context["placed"]] == list(placed)
    assert order_of(cart) == []


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"fill_ins": "gone"}, "fill_ins"),
        ({"after_decline": "offer"}, "downsell"),
        ({"after_decline": "next", "downsell": "a"}, "downsell"),
        ({"downsell": "999999999999999999999999"}, "downsell"),
        ({"slot-1": "kind:gone"}, "slot-1"),
        ({"slot-2": "offer:0"}, "slot-2"),
        ({"order": ["999"]}, "__all__"),
        ({"order": ["x"]}, "__all__"),
    ],
)
def test_board__mistake__is_named_at_its_field_and_nothing_is_saved(
    cast: Cast, cart: Placement, columns: dict[str, Any], field: str
) -> None:
    if columns.get("downsell") == "a":
        columns = {**columns, "downsell": key("a")}

    answer = cast.merchandiser.post(address(cart), entered(opened(cast.merchandiser, cart), **columns))

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert order_of(cart) == []


def test_board__for_people__is_changed_by_merchandisers_only(cast: Cast, cart: Placement) -> None:
    token = opened(cast.merchandiser, cart)
    for person in (cast.analyst, cast.outsider, cast.stranger):
        assert person.post(address(cart), entered(token, "c")).status_code in (302, 403)

    page = cast.analyst.get(address(cart)).content.decode()
    assert "Save the board" not in page
    assert order_of(cart) == []


def test_board__many_offers__takes_as_many_queries_as_for_few(
    cast: Cast, cart: Placement, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for more in (0, 20):
        for number in range(more):
            offer = Offer.objects.create(code=f"x{number}", name="X", kind="upgrade")
            offer.placements.add(cart)
            BoardEntry.objects.create(placement=cart, offer=offer, position=number)
        with django_assert_max_num_queries(40) as queries:
            cast.merchandiser.get(address(cart))
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.usefixtures("cast")
def test_board__without_offers__says_what_to_do() -> None:
    empty = Placement.objects.create(code="home", name="Home")

    page = sign_in("merchandiser", "ja").get(address(empty)).content.decode()

    assert "この掲載枠にはまだオファーがありません" in page


def standing(client: Client, placement: Placement, code: str, **query: Any) -> Any:
    place = reverse("admin:offers_placement_standing", args=[placement.pk, key(code)])
    return client.get(place, query)


def test_standing__board_and_priority__say_who_is_above_and_why(cast: Cast, cart: Placement) -> None:
    client = cast.merchandiser
    client.post(address(cart), entered(opened(client, cart), "c", **{"slot-1": "kind:upgrade"}))
    Offer.objects.filter(code="a").update(priority=-1)

    page = standing(client, cart, "b")

    rows = [(row.standing.offer.code, row.relation) for row in page.context["rows"]]
    assert rows == [("c", "asked before"), ("a", "competes by expected value")]
    text = page.content.decode()
    assert "Place 1 on the board." in text
    assert "It competes by expected value with 1 other offer of this priority." in text
    assert "Slot 1: upgrade" in text
    assert standing(client, cart, "c").context["rows"] == []


def test_standing__chosen_page__shows_expected_values_and_results(cast: Cast, cart: Placement) -> None:
    tea, cake = (
        Product.objects.create(sku=sku, name=sku, price_minor=1000, currency="JPY") for sku in ("tea", "cake")
    )
    for offer in Offer.objects.filter(code__in="ab"):
        OfferStrategy.objects.create(offer=offer, strategy="curated")
        CuratedProduct.objects.create(offer=offer, product=cake)
    publish()

    page = standing(cast.analyst, cart, "b", product=tea.pk)

    (row,) = page.context["rows"]
    assert (row.value, row.result) == ("¥80", "shown")
    assert page.context["own"].result == "already proposed in another slot"


def test_standing__draft__says_so(cast: Cast, cart: Placement) -> None:
    Offer.objects.filter(code="b").update(is_active=False)

    assert "This offer is a draft" in standing(cast.analyst, cart, "b").content.decode()
    assert standing(cast.outsider, cart, "b").status_code == 403
    other = Placement.objects.create(code="home", name="Home")
    assert standing(cast.analyst, other, "b").status_code == 404
