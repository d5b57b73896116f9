"""POST /api/v1/quotes/{quote_id}/redeem and /release."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from checkout.models import OfferUsage, Quote, Redemption
from checkout.services.quote_id import QuoteId, issue_quote_id, read_quote_id
from gateway.models import IdempotentCall
from gateway.services.idempotency import CLAIM, fingerprint_of
from offers.models import Customer, Offer
from tests.checkout.charging import commit
from tests.checkout.promises import promise, propose, sell
from tests.support.api_cast import Caller, Cast, body_of, caller, problem_of
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def in_an_hour() -> Any:
    return (now() + timedelta(hours=1)).replace(microsecond=0)


@pytest.fixture
def quote_id(db: None) -> str:  # noqa: ARG001 (a fixture asks for another by its name)
    return promise(sell(), propose(usage_limit=1), quantity=3, expires_at=in_an_hour())


def redeem(who: Caller, quote_id: str, body: Any = None, key: str = "k-1") -> Any:
    return who.post(f"/api/v1/quotes/{quote_id}/redeem", body or {}, Idempotency_Key=key)


def release(who: Caller, quote_id: str) -> Any:
    return who.post(f"/api/v1/quotes/{quote_id}/release", {})


def test_redeem__of_a_quote__reserves_it(cast: Cast, quote_id: str) -> None:
    response = redeem(cast.server, quote_id)

    answer = body_of(response)
    assert response.status_code == 201
    assert (answer["quote_id"], answer["state"], answer["order_id"]) == (quote_id, "reserved", None)
    assert answer["to_pay"] == {"amount": "2970", "currency": "JPY"}
    assert OfferUsage.objects.get().used_count == 1


def test_redeem__same_key_same_body__returns_the_same_response(cast: Cast, quote_id: str) -> None:
    first, again = (redeem(cast.server, quote_id) for _ in range(2))

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert Redemption.objects.count() == 1


def test_redeem__same_key_after_a_release__returns_the_present_state(cast: Cast, quote_id: str) -> None:
    first = redeem(cast.server, quote_id)
    release(cast.server, quote_id)

    again = redeem(cast.server, quote_id)

    assert (again.status_code, body_of(again)) == (201, body_of(first) | {"state": "released"})


def test_redeem__same_key_after_the_reservation__is_expired_before_the_worker_notices(
    cast: Cast, quote_id: str
) -> None:
    redeem(cast.server, quote_id)
    Redemption.objects.update(expires_at=now())

    assert body_of(redeem(cast.server, quote_id))["state"] == "expired"


def test_redeem__same_key_after_the_payment__is_committed(cast: Cast, quote_id: str) -> None:
    redeem(cast.server, quote_id)
    commit(cast.server, quote_id, "2026-1")

    again = body_of(redeem(cast.server, quote_id))

    assert (again["state"], again["order_id"]) == ("committed", "2026-1")


def extend(who: Caller, quote_id: str, body: Any) -> Any:
    return who.post(f"/api/v1/quotes/{quote_id}/extend", body)


def test_extend__of_a_held_quote__moves_its_end(cast: Cast, quote_id: str) -> None:
    redeem(cast.server, quote_id, {"hold_minutes": 4320})

    first, again = (extend(cast.server, quote_id, {"hold_minutes": 20_160}) for _ in range(2))

    held = Redemption.objects.get()
    assert first.status_code == 200
    assert body_of(first) == body_of(again)
    assert held.expires_at - held.reserved_at == timedelta(days=14)
    assert body_of(redeem(cast.server, quote_id, {"hold_minutes": 4320})) == body_of(first)


@pytest.mark.parametrize(
    ("minutes", "code"),
    [
        (0, "out_of_range"),
        (-1, "out_of_range"),
        (61, "out_of_range"),
        (20_161, "out_of_range"),
        (10**30, "out_of_range"),
        ("5", "wrong_type"),
        (1.5, "not_an_integer"),
    ],
)
def test_hold__beyond_what_the_shop_allows__is_named(
    cast: Cast, quote_id: str, settings: Settings, minutes: Any, code: str
) -> None:
    settings.AWASE_MAX_HOLD_MINUTES = 60
    body = {"hold_minutes": minutes}

    for response in (redeem(cast.server, quote_id, body), extend(cast.server, quote_id, body)):
        (error,) = problem_of(response, 400, "invalid_request")["errors"]
        assert (error["pointer"], error["code"]) == ("/hold_minutes", code)
    assert not Redemption.objects.exists()


def test_extend__without_minutes_or_a_reservation__is_refused(cast: Cast, quote_id: str) -> None:
    problem_of(extend(cast.server, quote_id, {}), 400, "invalid_request")
    problem_of(extend(cast.server, quote_id, {"hold_minutes": 5}), 409, "not_reserved")
    redeem(cast.server, quote_id)
    Redemption.objects.update(expires_at=now())
    problem_of(extend(cast.server, quote_id, {"hold_minutes": 5}), 410, "reservation_expired")


def test_redeem__same_key_different_request__is_422(cast: Cast, quote_id: str) -> None:
    redeem(cast.server, quote_id)

    other_body = redeem(cast.server, quote_id, {"cart": [{"sku": "bread", "quantity": 3}]})
    other_quote = redeem(cast.server, promise(sell("butter"), expires_at=in_an_hour()))

    problem_of(other_body, 422, "idempotency_key_reused")
    problem_of(other_quote, 422, "idempotency_key_reused")


def test_redeem__same_key_of_another_caller__is_a_separate_request(cast: Cast, quote_id: str) -> None:
    redeem(cast.server, quote_id)

    problem_of(redeem(caller("secret"), quote_id), 409, "quote_used")


def claim(who: Caller, quote_id: str, **columns: Any) -> None:
    """Leave the claim of a call that is being worked on, or whose process died."""
    assert who.row
    path = f"/api/v1/quotes/{quote_id}/redeem".encode()
    IdempotentCall.objects.create(
        key=who.row,
        name="k-1",
        fingerprint=fingerprint_of(b"POST", path, b"{}"),
        created_at=now(),
        **{"claimed_until": now() + CLAIM, **columns},
    )


def test_redeem__while_in_progress__is_409_with_retry_after(cast: Cast, quote_id: str) -> None:
    claim(cast.server, quote_id)

    response = redeem(cast.server, quote_id)

    problem_of(response, 409, "idempotency_in_progress")
    assert response["Retry-After"] == "1"
    assert not Redemption.objects.exists()


def test_redeem__after_its_process_died__is_taken_over(cast: Cast, quote_id: str) -> None:
    claim(cast.server, quote_id, claimed_until=now())

    assert redeem(cast.server, quote_id).status_code == 201


def test_redeem__refused__leaves_its_key_free(cast: Cast, quote_id: str) -> None:
    other = promise(sell("butter"), expires_at=in_an_hour())
    wrong = {"cart": [{"sku": "bread"}]}

    problem_of(redeem(cast.server, other, wrong), 409, "cart_changed")

    assert not IdempotentCall.objects.exists()
    assert redeem(cast.server, quote_id).status_code == 201


KEYS = ["", "a b", "k" * 256, "schlüssel"]


@pytest.mark.parametrize("key", KEYS)
def test_redeem__without_a_valid_idempotency_key__is_400(cast: Cast, quote_id: str, key: str) -> None:
    problem_of(redeem(cast.server, quote_id, key=key), 400, "idempotency_key_required")


def test_redeem__limit_reached__names_the_offer(cast: Cast, quote_id: str) -> None:
    OfferUsage.objects.create(offer=Offer.objects.get(code="ten-off"), used_count=1)

    problem = problem_of(redeem(cast.server, quote_id), 409, "limit_reached")

    assert [error["pointer"] for error in problem["errors"]] == ["/offers/ten-off"]


def test_redeem__last_use_reserved_but_overdue__takes_it(cast: Cast, quote_id: str) -> None:
    forgotten = promise(sell("butter"), Offer.objects.get(), expires_at=in_an_hour())
    redeem(cast.server, forgotten, key="k-0")
    Redemption.objects.update(expires_at=now())

    assert redeem(cast.server, quote_id).status_code == 201
    assert sorted(Redemption.objects.values_list("state", flat=True)) == ["expired", "reserved"]


def test_redeem__delivery_number_without_interval__is_named(cast: Cast, quote_id: str) -> None:
    response = redeem(cast.server, quote_id, {"cart": [{"sku": "bread", "cycle": 2}]})

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/cart/0/cycle", "interval_required")


@pytest.mark.parametrize(
    ("cart", "status"),
    [
        ([{"sku": "ｂread", "quantity": 1}, {"sku": "bread", "quantity": 2}], 201),
        ([{"sku": "bread", "quantity": 4}], 409),
        ([], 409),
    ],
    ids=["the same in other words", "one more", "empty"],
)
def test_redeem__with_a_cart__must_match_the_quote(
    cast: Cast, quote_id: str, cart: list[Any], status: int
) -> None:
    response = redeem(cast.server, quote_id, {"cart": cart})

    assert response.status_code == status


@pytest.mark.parametrize(
    ("of", "by", "status"),
    [("aki", "aki", 201), ("aki", "yui", 409), (None, "aki", 409), ("aki", None, 201)],
    ids=["the same", "another", "for nobody", "not named"],
)
def test_redeem__with_a_customer__must_match_the_quote(
    cast: Cast, quote_id: str, of: str | None, by: str | None, status: int
) -> None:
    Quote.objects.update(customer=Customer.objects.create(external_id=of) if of else None)

    response = redeem(cast.server, quote_id, {"customer": by})

    assert response.status_code == status
    assert status == 201 or problem_of(response, 409, "customer_changed")
    assert Redemption.objects.exists() == (status == 201)


def test_quote_id__any_bit_flipped__is_400(cast: Cast, quote_id: str) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(quote_id):
        for bit in (1 << (place % 6),):
            flipped = alphabet[alphabet.index(letter) ^ bit]
            damaged = quote_id[:place] + flipped + quote_id[place + 1 :]

            problem_of(redeem(cast.server, damaged), 400, "quote_invalid")

    assert not Redemption.objects.exists()


@pytest.mark.parametrize("spoil", ["{}=", "{}A", " {}", "A", "%2B{}", "é{}"])
def test_quote_id__of_another_shape__is_400(cast: Cast, quote_id: str, spoil: str) -> None:
    problem_of(redeem(cast.server, spoil.format(quote_id)), 400, "quote_invalid")


def test_quote_id__of_another_shop__is_400(cast: Cast, quote_id: str, settings: Settings) -> None:
    settings.SECRET_KEY = "another shop's secret"

    problem_of(redeem(cast.server, quote_id), 400, "quote_invalid")


def test_quote_id__after_the_secret_was_rotated__is_valid(
    cast: Cast, quote_id: str, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"

    assert redeem(cast.server, quote_id).status_code == 201


def test_quote_id__signed_for_longer_than_stored__is_not_valid_longer(cast: Cast, quote_id: str) -> None:
    named = read_quote_id(quote_id)
    Quote.objects.update(created_at=now() - timedelta(hours=2), expires_at=now() - timedelta(hours=1))

    response = redeem(cast.server, issue_quote_id(QuoteId(named.public_id, named.expires_at + 9)))

    problem_of(response, 410, "quote_expired")


def test_release__of_a_reservation__restores_it_once(cast: Cast, quote_id: str) -> None:
    redeem(cast.server, quote_id)

    states = [body_of(release(cast.server, quote_id))["state"] for _ in range(2)]

    assert states == ["released", "released"]
    assert redeem(cast.server, quote_id, key="k-2").status_code == 201


def test_release__without_a_reservation__is_409(cast: Cast, quote_id: str) -> None:
    problem_of(release(cast.server, quote_id), 409, "not_reserved")


def test_redeeming__with_a_publishable_key__is_403(cast: Cast, quote_id: str) -> None:
    for call in (redeem, release):
        problem_of(call(cast.page, quote_id), 403, "secret_key_required")
        problem_of(call(cast.nobody, quote_id), 401, "key_required")


@pytest.mark.django_db(transaction=True)
def test_redeem__same_request_concurrently__reserves_once() -> None:
    server, quote_id = caller("secret"), promise(sell(), propose(), expires_at=in_an_hour())

    def send(_number: int) -> Any:
        return redeem(Caller(server.key, client=Client(raise_request_exception=False)), quote_id)

    answers = at_once(send, 8)

    codes = {body_of(a).get("code", "done") for a in answers}
    assert codes <= {"done", "idempotency_in_progress"}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert (Redemption.objects.count(), OfferUsage.objects.get().used_count) == (1, 1)
    connection.close()
