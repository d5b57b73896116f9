"""PUT, GET and POST /api/v1/customers: what the shop knows of its customers."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from engine.decision.types import KnownCustomer
from offers.models import ConsentStatement, Customer, SurveyAnswer
from offers.services.customer import load_known_customer
from tests.offers.customers import answered, declare, inquiry, said
from tests.support.api_cast import Cast, body_of, problem_of

URL = "/api/v1/customers"
VALUES = {
    "nickname": "ゆき",
    "household": 3,
    "vegan": True,
    "birthday": "1990-02-28",
    "skin_type": "dry",
    "interests": ["tea", "coffee"],
}


def put(cast: Cast, customer: str = "c-1", **body: Any) -> Any:
    return body_of(cast.server.put(f"{URL}/{customer}", body))


def known(customer: str = "c-1") -> KnownCustomer:
    return load_known_customer(external_id=customer)


def test_customer__of_every_type__is_stored_and_read_by_decisions_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    declare()
    sent: dict[str, Any] = {
        "attributes": VALUES,
        "answers": [answered("daily")],
        "inquiries": [inquiry()],
        "consents": [said(True, channel="mail", wording="I agree.", source="checkout", page="/cart")],
    }

    created = cast.server.put(f"{URL}/c-1", sent)
    again = put(cast, **sent)

    stored = body_of(cast.server.get(f"{URL}/c-1"))
    assert (created.status_code, again["outcome"]) == (201, "unchanged")
    assert stored["attributes"] == VALUES
    assert stored["answers"] == [answered("daily")]
    opened = "2026-11-20T03:00:00Z"
    assert stored["inquiries"] == [inquiry(closed_at=None, changed_at=opened)]
    assert stored["consents"] == [
        said(True, channel="mail", wording="I agree.", source="checkout", page="/cart")
    ]
    assert stored["in_force"] == {"marketing": {"mail": True}}
    with django_assert_num_queries(1):
        facts = known()
    assert facts.attributes == {**VALUES, "interests": ("tea", "coffee")}
    assert facts.answers == {("spring", "q-1"): "daily"}
    assert facts.consents == {("marketing", "mail"): True}
    assert facts.has_open_inquiry


def test_customer__absent_and_null__stay_and_are_removed(cast: Cast) -> None:
    declare()
    put(cast, attributes=VALUES, answers=[answered("daily")], inquiries=[inquiry()])

    put(cast, attributes={"nickname": None, "household": 4})

    assert known().attributes.keys() == VALUES.keys() - {"nickname"}
    assert (known().attributes["household"], known().answers) == (4, {("spring", "q-1"): "daily"})
    put(cast, attributes=None, answers=None, inquiries=None)
    assert known() == KnownCustomer()
    assert put(cast, attributes=None, answers=None, inquiries=None)["outcome"] == "unchanged"


def test_answers__in_any_order__the_newest_counts_also_a_withdrawn_one(cast: Cast) -> None:
    put(cast, answers=[answered("weekly", "2026-11-20T04:00:00Z"), answered("daily")])
    put(cast, answers=[answered("never", "2026-11-19T04:00:00Z")])

    assert known().answers == {("spring", "q-1"): "weekly"}
    put(cast, answers=[answered(None, "2026-11-20T05:00:00+00:00")])
    put(cast, answers=[answered("daily", "2026-11-20T13:59:59+09:00")])
    assert known().answers == {}
    assert SurveyAnswer.objects.count() == 1


def test_inquiries__reports_in_any_order__are_closed_until_opened_again(cast: Cast) -> None:
    closed = inquiry(closed_at="2026-11-21T03:00:00Z")
    put(cast, inquiries=[closed])
    put(cast, inquiries=[inquiry()])
    assert not known().has_open_inquiry

    put(cast, inquiries=[inquiry(changed_at="2026-11-21T04:00:00Z")])

    assert known().has_open_inquiry


def test_consents__of_all_channels_and_of_one__the_newest_counts_and_all_are_kept(cast: Cast) -> None:
    put(cast, consents=[said(True, channel="mail"), said(True, channel="line", at="2026-11-20T05:00:00Z")])
    put(cast, consents=[said(False, at="2026-11-20T04:00:00Z")])

    assert known().consents == {("marketing", "all"): False, ("marketing", "line"): True}
    # Of the same moment, a refusal counts, whichever arrives first.
    put(cast, consents=[said(True, at="2026-11-20T06:00:00Z"), said(False, at="2026-11-20T06:00:00Z")])
    assert known().consents == {("marketing", "all"): False}
    assert ConsentStatement.objects.count() == 5


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown attribute": ({"attributes": {"shape/size": 1}}, "/attributes/shape~1size", "unknown_attribute"),
    "inactive attribute": ({"attributes": {"shoe_size": 26}}, "/attributes/shoe_size", "unknown_attribute"),
    "text": ({"attributes": {"nickname": 5}}, "/attributes/nickname", "type"),
    "long text": ({"attributes": {"nickname": "あ" * 256}}, "/attributes/nickname", "too_long"),
    "number": ({"attributes": {"household": "3"}}, "/attributes/household", "wrong_type"),
    "truth as number": ({"attributes": {"household": True}}, "/attributes/household", "wrong_type"),
    "huge number": ({"attributes": {"household": 1e300}}, "/attributes/household", "out_of_range"),
    "yes or no": ({"attributes": {"vegan": "yes"}}, "/attributes/vegan", "type"),
    "date": ({"attributes": {"birthday": "1990-02-30"}}, "/attributes/birthday", "bad_format"),
    "choice": ({"attributes": {"skin_type": "blue"}}, "/attributes/skin_type", "unknown_choice"),
    "choice in a list": ({"attributes": {"skin_type": ["dry"]}}, "/attributes/skin_type", "wrong_type"),
    "time zone": ({"attributes": {"time_zone": "Tokyo"}}, "/attributes/time_zone", "unknown_time_zone"),
    "list": ({"attributes": {"interests": ["tea", "cars"]}}, "/attributes/interests", "unknown_choice"),
    "object": ({"attributes": {"interests": {"a": 1}}}, "/attributes/interests", "wrong_type"),
    "future": (
        {"answers": [answered("a", "2999-01-01T00:00:00Z")]},
        "/answers/0/answered_at",
        "out_of_range",
    ),
    "no zone": ({"answers": [answered("a", "2026-01-01T00:00:00")]}, "/answers/0/answered_at", "bad_format"),
    "closed first": (
        {"inquiries": [inquiry(closed_at="2026-11-19T03:00:00Z")]},
        "/inquiries/0/closed_at",
        "out_of_range",
    ),
    "purpose": ({"consents": [said(True, purpose="fun")]}, "/consents/0/purpose", "unknown_choice"),
    "channel": ({"consents": [said(True, channel="a b")]}, "/consents/0/channel", "bad_format"),
    "no consents": ({"consents": None}, "/consents", "wrong_type"),
    "unknown field": ({"segment": "loyal"}, "/segment", "unknown_field"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_customer__wrong__names_the_field_and_writes_nothing(
    cast: Cast, body: dict[str, Any], pointer: str, code: str
) -> None:
    declare()

    (error,) = problem_of(cast.server.put(f"{URL}/c-1", body), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Customer.objects.exists()


def test_customers__one_wrong__does_not_lose_the_others(cast: Cast) -> None:
    declare()
    items = [{"id": f"c-{n}", "attributes": {"skin_type": "dry"}} for n in range(5)]
    items[3]["attributes"] = {"skin_type": "blue"}

    answer = body_of(cast.server.post(URL, {"customers": [*items, {"id": "c-0"}, 7, {"id": " c"}]}))

    assert (answer["created"], answer["rejected"]) == (4, 4)
    assert [one["index"] for one in answer["customers"]] == list(range(8))
    pointers = [error["pointer"] for one in answer["customers"] for error in one["errors"]]
    assert pointers == [
        "/customers/3/attributes/skin_type",
        "/customers/5/id",
        "/customers/6",
        "/customers/7/id",
    ]


def test_customers__many__take_as_many_queries_as_few(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    declare()
    for count in (2, 1000):
        sent = {
            "attributes": VALUES,
            "answers": [answered("daily"), answered("weekly", question="q-2")],
            "inquiries": [inquiry()],
            "consents": [said(True)],
        }
        with django_assert_max_num_queries(18):
            answer = body_of(
                cast.server.post(URL, {"customers": [{"id": f"{count}-{n}"} | sent for n in range(count)]})
            )
        assert answer["created"] == count
    assert known("1000-999").answers == {("spring", "q-1"): "daily", ("spring", "q-2"): "weekly"}


@pytest.mark.parametrize("count", [0, 1001])
def test_customers__none_or_too_many__is_400(cast: Cast, count: int) -> None:
    response = cast.server.post(URL, {"customers": [{"id": "c"}] * count})

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/customers", "bad_length")


def test_customer__of_a_publishable_key_and_a_stranger__is_refused(cast: Cast) -> None:
    Customer.objects.create(external_id="c-1")

    for answer in (
        cast.page.get(f"{URL}/c-1"),
        cast.page.put(f"{URL}/c-1", {}),
        cast.page.post(URL, {"customers": [{"id": "c-1"}]}),
        cast.page.post(f"{URL}/c-1/merge", {"from": "c-2"}),
    ):
        problem_of(answer, 403, "secret_key_required")
    problem_of(cast.nobody.get(f"{URL}/c-1"), 401, "key_required")
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("customer", ["a/b", "お客様 1", "merge"])
def test_customer__with_an_id_of_any_kind__is_found_again(cast: Cast, customer: str) -> None:
    assert put(cast, customer)["id"] == customer
    assert body_of(cast.server.get(f"{URL}/{customer}"))["id"] == customer


def test_customer__unknown_or_with_an_invalid_id__is_a_problem(cast: Cast) -> None:
    problem_of(cast.server.get(f"{URL}/nobody"), 404, "unknown_customer")
    (error,) = problem_of(cast.server.get(f"{URL}/{'x' * 129}"), 400, "invalid_request")["errors"]
    assert error["pointer"] == "/customer_id"
