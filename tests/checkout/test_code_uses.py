"""The uses of generated codes: taken with a reservation, given back with it, moved with a merge."""

import pytest

from checkout.models import CodeUsage
from checkout.services.code_uses import move_code_uses
from checkout.services.redemption import (
    commit_redemption,
    expire_reservations,
    freeing_overdue,
    give_back,
    release_quote,
)
from offers.models import Customer, GeneratedCode, Offer
from tests.checkout.promises import NOON, OVERDUE, promise, propose, refusal, reserve, sell
from tests.offers.services.codes.batches import generated

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer() -> Offer:
    return propose(needs_code=True)


def with_code(offer: Offer, code: GeneratedCode, customer: Customer | None = None) -> str:
    bread = offer.trigger_products.first() or sell(f"bread-{Offer.objects.count()}")
    offer.trigger_products.add(bread)
    return promise(bread, offer, customer=customer, codes={code.pk: offer})


def uses(code: GeneratedCode) -> int:
    code.refresh_from_db()
    return code.used_count


def test_code__of_a_second_quote__is_used_up_and_names_the_offer(offer: Offer) -> None:
    code = generated(offer, 1).codes.get()
    reserve(with_code(offer, code))

    refused = refusal(lambda: reserve(with_code(offer, code)))

    assert (refused.code, refused.offers) == ("code_used_up", ("ten-off",))
    assert uses(code) == 1


def test_code__released__can_be_used_again(offer: Offer) -> None:
    aki = Customer.objects.create(external_id="aki")
    code = generated(offer, 1, customer_limit=1).codes.get()
    first = with_code(offer, code, aki)
    reserve(first)

    release_quote(quote_id=first, at=NOON)

    assert (uses(code), CodeUsage.objects.get().used_count) == (0, 0)
    reserve(with_code(offer, code, aki))
    assert (uses(code), CodeUsage.objects.get().used_count) == (1, 1)


def test_code__of_an_overdue_reservation__is_freed_for_who_asks(offer: Offer) -> None:
    code = generated(offer, 1).codes.get()
    reserve(with_code(offer, code))
    waiting = with_code(offer, code)

    redemption = freeing_overdue(lambda: reserve(waiting, OVERDUE), at=OVERDUE)

    assert redemption.state == "reserved"
    assert uses(code) == 1


def test_order__cancelled__gives_the_use_of_its_code_back(offer: Offer) -> None:
    code = generated(offer, 1).codes.get()
    quote_id = with_code(offer, code)
    quote = reserve(quote_id).quote
    commit_redemption(quote_id=quote_id, order_id="1", at=NOON)
    assert uses(code) == 1

    give_back(quote=quote)

    assert uses(code) == 0


def test_payment__after_the_reservation__uses_the_code_again_beyond_its_limit(offer: Offer) -> None:
    code = generated(offer, 1).codes.get()
    late, other = with_code(offer, code), with_code(offer, code)
    reserve(late)
    expire_reservations(at=OVERDUE)
    reserve(other, OVERDUE)

    charged = commit_redemption(quote_id=late, order_id="1", at=OVERDUE)

    assert charged.exceeded == ["ten-off"]
    assert uses(code) == 2


def test_customers__merged__have_used_codes_together(offer: Offer) -> None:
    aki, mari = (Customer.objects.create(external_id=one) for one in ("aki", "mari"))
    codes = generated(offer, 3, customer_limit=5).codes.all()
    for code, customer in zip(codes, (aki, mari, mari), strict=True):
        reserve(with_code(offer, code, customer))
    Customer.objects.filter(pk=mari.pk).update(merged_into=aki)

    assert move_code_uses() == 1

    assert list(CodeUsage.objects.values_list("customer", "used_count")) == [(aki.pk, 3)]
    assert move_code_uses() == 0
