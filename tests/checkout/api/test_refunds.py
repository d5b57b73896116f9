"""POST /api/v1/orders/{order_id}/refunds: exactly the share, never more than was paid."""

import random
from itertools import accumulate
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.models import Product
from checkout.models import AllocatedLine, Allocation, Refund
from tests.checkout.charging import charge, commit, quote, redeem
from tests.offers.market import from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Caller, Cast, body_of, caller, problem_of
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/2026-1/refunds"


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def refund(who: Caller, *lines: tuple[int, int], key: str = "", preview: bool = False) -> Any:
    body = {"lines": [{"line": line, "quantity": quantity} for line, quantity in lines]}
    return who.post(URL, body | {"preview": preview}, Idempotency_Key=key or f"k-{Refund.objects.count()}")


def figures(answer: Any) -> dict[str, str]:
    names = ("keep", "claw_back", "amount", "refunded", "paid")
    return {name: answer[name]["amount"] for name in names}


POLICIES = {
    "keep": [("900", "800", "900"), ("900", "900", "900"), ("900", "1000", "900")],
    "claw_back": [("900", "800", "800"), ("900", "900", "900"), ("900", "1000", "1000")],
}


@pytest.mark.parametrize(("policy", "steps"), POLICIES.items(), ids=POLICIES)
def test_refund__of_one_unit_after_another__follows_the_policy_of_the_offer(
    cast: Cast, goods: dict[str, Product], policy: str, steps: list[tuple[str, str, str]]
) -> None:
    tea_by_the_three(goods["tea"], refund_policy=policy)
    publish()
    charge(cast.server, "2026-1", tea=3)

    answers = [body_of(refund(cast.server, (0, 1))) for _ in range(3)]

    assert [(a["keep"]["amount"], a["claw_back"]["amount"], a["amount"]["amount"]) for a in answers] == steps
    assert figures(answers[-1])["refunded"] == figures(answers[-1])["paid"] == "2700"
    assert [a["offers"][0]["deducted"] for a in answers] == [yen(100), yen(100), yen(0)]


def test_refund__lines__have_net_tax_and_gross(cast: Cast, goods: dict[str, Product]) -> None:
    tea_by_the_three(goods["tea"])
    publish()
    charge(cast.server, "2026-1", tea=3, bread=2)

    answer = body_of(refund(cast.server, (1, 2), (0, 1)))

    # Two thirds of 2,700, of which 200 is tax; one of 2 × 320, of which 47 is tax.
    assert [(one["sku"], one["net"], one["tax"], one["gross"]) for one in answer["lines"]] == [
        ("bread", yen(296), yen(24), yen(320)),
        ("tea", yen(1667), yen(133), yen(1800)),
    ]
    assert answer["keep"] == yen(2120)


def test_refund__of_tax_rounded_down__stays_so_after_the_setting_changed(
    cast: Cast, settings: Settings
) -> None:
    settings.AWASE_TAX_ROUNDING_MODE = "down"
    Product.objects.create(sku="odd", name="Odd", currency="JPY", price_minor=105, tax_rate_bp=1000)
    publish()
    quoted = quote(cast.server, odd=3)
    redeem(cast.server, quoted["quote_id"])
    commit(cast.server, quoted["quote_id"], "2026-1")
    settings.AWASE_TAX_ROUNDING_MODE = "half_up"
    publish()

    answers = [body_of(refund(cast.server, (0, 1))) for _ in range(3)]

    # Of 315 yen, 28.6 are tax; of one and of two units, 9.5 and 19.1.
    assert (quoted["totals"]["net"], quoted["totals"]["tax"]) == (yen(287), yen(28))
    nets = [int(answer["lines"][0]["net"]["amount"]) for answer in answers]
    assert list(accumulate(nets)) == [96, 191, 287]
    # What is quoted now follows the new setting.
    assert quote(cast.server, odd=3)["totals"]["net"] == yen(286)


def test_refund__preview__is_calculated_and_not_recorded(cast: Cast, goods: dict[str, Product]) -> None:
    tea_by_the_three(goods["tea"])
    publish()
    charge(cast.server, "2026-1", tea=3)

    preview = refund(cast.server, (0, 2), preview=True)
    real = refund(cast.server, (0, 2))

    assert (preview.status_code, real.status_code) == (200, 201)
    assert figures(body_of(preview)) == figures(body_of(real))
    assert Refund.objects.count() == 1


def test_refund__gift_kept_but_condition_no_longer_met__is_deducted(
    cast: Cast, goods: dict[str, Product]
) -> None:
    from_3000_yen(goods["mug"], refund_policy="claw_back")
    publish()
    charge(cast.server, "2026-1", tea=3)

    first = body_of(refund(cast.server, (0, 1)))
    rest = body_of(refund(cast.server, (0, 2), (1, 1)))

    # The mug is worth 1,200: nothing is left of the first 1,000.
    assert [figures(answer)["amount"] for answer in (first, rest)] == ["0", "3000"]
    assert figures(rest)["refunded"] == "3000"


def test_refund__gift_sold_out_at_redemption__deducts_nothing_for_it(
    cast: Cast, goods: dict[str, Product]
) -> None:
    from_3000_yen(goods["mug"], refund_policy="claw_back")
    publish()
    quote_id = quote(cast.server, tea=3)["quote_id"]
    Product.objects.filter(sku="mug").update(stock=0)
    redeemed = redeem(cast.server, quote_id)
    committed = commit(cast.server, quote_id, "2026-1")

    returned = body_of(refund(cast.server, (0, 1)))

    answers = [body_of(answer) for answer in (redeemed, committed, redeem(cast.server, quote_id))]
    assert [answer["state"] for answer in answers] == ["reserved", "committed", "committed"]
    for answer in answers:
        (note,) = answer["notes"]
        assert (note["code"], note["pointer"]) == ("gift_sold_out", "/lines/1")
        assert (note["offer"], note["sku"]) == ("from-3000", "mug")
    assert (figures(returned)["amount"], figures(returned)["claw_back"]) == ("1000", "1000")
    problem_of(refund(cast.server, (1, 1)), 409, "refund_exceeds")


def test_refund__exceeding_the_rest__is_409_and_nothing_recorded(
    cast: Cast, goods: dict[str, Product]
) -> None:
    del goods
    publish()
    charge(cast.server, "2026-1", tea=3)
    refund(cast.server, (0, 2))

    for lines in ([(0, 2)], [(0, 1), (0, 1)]):
        problem = problem_of(refund(cast.server, *lines), 409, "refund_exceeds")
        assert problem["errors"][-1]["pointer"] == f"/lines/{len(lines) - 1}/quantity"

    assert Allocation.objects.get().refunded_minor == 2000


def test_refund__same_key__pays_once(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    publish()
    charge(cast.server, "2026-1", tea=3)

    first, again = (refund(cast.server, (0, 1), key="r-1") for _ in range(2))

    assert first.content == again.content
    assert Allocation.objects.get().refunded_minor == 1000
    problem_of(refund(cast.server, (0, 2), key="r-1"), 422, "idempotency_key_reused")
    body = {"lines": [{"line": 0}]}
    problem_of(cast.server.post(URL, body), 400, "idempotency_key_required")


def test_refund__option__is_returned_with_its_line_only(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    publish()
    charge(cast.server, "2026-1", {"cart": [{"sku": "tea", "quantity": 2, "options": [{"sku": "jam"}]}]})

    (error,) = problem_of(refund(cast.server, (1, 1)), 400, "invalid_request")["errors"]
    answer = body_of(refund(cast.server, (0, 1)))

    assert (error["pointer"], error["code"]) == ("/lines/0/line", "option_of_line")
    assert [(line["sku"], line["quantity"], line["gross"]) for line in answer["lines"]] == [
        ("tea", 1, yen(1000)),
        ("jam", 1, yen(650)),
    ]


def test_refund__of_an_order_without_a_quote__is_404(cast: Cast) -> None:
    problem_of(refund(cast.server, (0, 1)), 404, "unknown_order")


WRONG: dict[str, tuple[Any, str, str]] = {
    "no lines": ({}, "/lines", "required"),
    "empty": ({"lines": []}, "/lines", "bad_length"),
    "unknown line": ({"lines": [{"line": 7}]}, "/lines/0/line", "unknown_line"),
    "negative line": ({"lines": [{"line": -1}]}, "/lines/0/line", "out_of_range"),
    "quantity 0": ({"lines": [{"line": 0, "quantity": 0}]}, "/lines/0/quantity", "out_of_range"),
    "SKU": ({"lines": [{"line": 0, "sku": "tea"}]}, "/lines/0/sku", "unknown_field"),
    "preview text": ({"lines": [{"line": 0}], "preview": "yes"}, "/preview", "wrong_type"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_refund__invalid_field__is_named(
    cast: Cast, goods: dict[str, Product], body: Any, pointer: str, code: str
) -> None:
    del goods
    publish()
    charge(cast.server, "2026-1", tea=1)

    response = cast.server.post(URL, body, Idempotency_Key="k")

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize("seed", range(5))
def test_refunds__partial__add_up_to_what_was_paid(cast: Cast, goods: dict[str, Product], seed: int) -> None:
    tea_by_the_three(goods["tea"], refund_policy="claw_back")
    from_3000_yen(None, benefit_kind="percent", benefit_value=333)
    publish()
    charge(cast.server, "2026-1", tea=4, bread=3, jam=1)
    units = [line.position for line in AllocatedLine.objects.all() for _ in range(line.quantity)]
    random.Random(seed).shuffle(units)  # noqa: S311 (any order will do)

    for position in units:
        assert refund(cast.server, (position, 1)).status_code == 201
        allocation = Allocation.objects.get()
        assert allocation.refunded_minor <= allocation.paid_minor

    assert allocation.refunded_minor == allocation.paid_minor
    sums = [
        sum(values)
        for values in zip(*Refund.objects.values_list("keep_minor", "claw_back_minor"), strict=True)
    ]
    assert sums == [allocation.paid_minor] * 2


@pytest.mark.django_db(transaction=True)
def test_refunds__of_the_last_unit_concurrently__pay_once(goods: dict[str, Product]) -> None:
    del goods
    publish()
    server = caller("secret")
    charge(server, "2026-1", tea=1)

    def send(number: int) -> Any:
        mine = Caller(server.key, client=Client(raise_request_exception=False))
        return refund(mine, (0, 1), key=f"r-{number}").status_code

    codes = at_once(send, 6)

    assert sorted(codes) == [201] + [409] * 5
    assert Allocation.objects.get().refunded_minor == 1000
