"""The shop's own IDs of cart lines: they come back in quotes and commits, and refunds may name them."""

from typing import Any

import pytest

from tests.checkout.charging import commit, redeem
from tests.offers.market import publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast, body_of, problem_of

pytestmark = pytest.mark.django_db

CART: list[dict[str, Any]] = [
    {"sku": "tea", "id": "gift for Ken", "quantity": 2},
    {"sku": "bread"},
    {"sku": "tea", "id": "own"},
]


@pytest.fixture(autouse=True)
def goods(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    tea_by_the_three(stock_shop()["tea"])
    publish()


def quoted(cast: Cast, cart: list[dict[str, Any]]) -> Any:
    return cast.server.post("/api/v1/quotes", {"cart": cart})


def refund(cast: Cast, key: str, *lines: dict[str, Any]) -> Any:
    return cast.server.post("/api/v1/orders/1/refunds", {"lines": list(lines)}, Idempotency_Key=key)


@pytest.fixture
def charged(cast: Cast) -> Any:
    """Charge the cart as order 1: 1,000 + 900 + 800 for the tea."""
    quote_id = body_of(quoted(cast, CART))["quote_id"]
    redeem(cast.server, quote_id)
    return body_of(commit(cast.server, quote_id, "1"))


def test_quote__of_lines_with_ids__names_them_where_equal_units_are_merged(cast: Cast) -> None:
    lines = body_of(quoted(cast, CART))["lines"]

    assert [[(one["line"], one["id"], one["quantity"]) for one in line["of"]] for line in lines] == [
        [(1, None, 1)],
        [(0, "gift for Ken", 2), (2, "own", 1)],
    ]


def test_commit__of_lines_with_ids__names_them(charged: Any) -> None:
    assert [line["of"] for line in charged["lines"]] == [
        [],
        [{"id": "gift for Ken", "quantity": 2}, {"id": "own", "quantity": 1}],
    ]


def test_refund__by_id__returns_only_its_units(cast: Cast, charged: Any) -> None:  # noqa: ARG001
    first = body_of(refund(cast, "k-1", {"id": "gift for Ken", "quantity": 2}))
    beyond = refund(cast, "k-2", {"id": "gift for Ken"})
    rest = body_of(refund(cast, "k-3", {"id": "own"}))

    assert [(line["line"], line["sku"], line["of"]) for line in first["lines"]] == [
        (1, "tea", [{"id": "gift for Ken", "quantity": 2}])
    ]
    assert (first["keep"]["amount"], rest["refunded"]["amount"]) == ("1800", "2700")
    (error,) = problem_of(beyond, 409, "refund_exceeds")["errors"]
    assert error["pointer"] == "/lines/0/quantity"


def test_refund__by_id_after_the_line_was_returned_by_number__is_refused(cast: Cast, charged: Any) -> None:  # noqa: ARG001
    refund(cast, "k-1", {"line": 1, "quantity": 3})

    problem_of(refund(cast, "k-2", {"id": "own"}), 409, "refund_exceeds")


RETURNS: dict[str, tuple[list[dict[str, Any]], list[dict[str, int]]]] = {
    "by id": ([{"id": "gift for Ken"}, {"id": "own"}], [{"gift for Ken": 1}, {"own": 1}]),
    "all by number": ([{"line": 1, "quantity": 3}], [{"gift for Ken": 2, "own": 1}]),
    "the rest by number": (
        [{"id": "gift for Ken"}, {"line": 1, "quantity": 2}],
        [{"gift for Ken": 1}, {"gift for Ken": 1, "own": 1}],
    ),
    "in doubt": ([{"line": 1, "quantity": 2}], [{}]),
    "only one id left": ([{"id": "own"}, {"line": 1}], [{"own": 1}, {"gift for Ken": 1}]),
    "without an id": ([{"line": 0}], [{}]),
}


@pytest.mark.parametrize(("returned", "of"), RETURNS.values(), ids=RETURNS)
@pytest.mark.usefixtures("charged")
def test_order__refunded__names_the_ids_of_the_units_as_far_as_they_are_known(
    cast: Cast, returned: list[dict[str, Any]], of: list[dict[str, int]]
) -> None:
    answers = [body_of(refund(cast, f"k-{number}", one)) for number, one in enumerate(returned)]

    order = body_of(cast.server.get("/api/v1/orders/1"))
    for read in (answers, order["refunds"]):
        lines = [line for one in read for line in one["lines"]]
        assert [{one["id"]: one["quantity"] for one in line["of"]} for line in lines] == of


def test_order__cancelled_after_a_return_by_id__names_the_ids_of_the_rest(cast: Cast, charged: Any) -> None:  # noqa: ARG001
    refund(cast, "k-1", {"id": "gift for Ken"})
    cast.server.post("/api/v1/orders/1/refunds", {"cancelled": True}, Idempotency_Key="k-2")

    rest = body_of(cast.server.get("/api/v1/orders/1"))["refunds"][1]["lines"]

    assert [line["of"] for line in rest] == [
        [],
        [{"id": "gift for Ken", "quantity": 1}, {"id": "own", "quantity": 1}],
    ]


WRONG = {
    "unknown": ({"id": "other"}, "/lines/0/id", "unknown_line"),
    "both": ({"id": "own", "line": 1}, "/lines/0/id", "out_of_place"),
    "neither": ({"quantity": 1}, "/lines/0/line", "required"),
}


@pytest.mark.parametrize(("line", "pointer", "code"), WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("charged")
def test_refund__of_a_line_named_wrongly__is_400(
    cast: Cast, line: dict[str, Any], pointer: str, code: str
) -> None:
    (error,) = problem_of(refund(cast, "k-1", line), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize(
    ("own", "code"),
    [("own", "duplicate_id"), ("", "bad_format"), ("x" * 65, "bad_format"), (5, "wrong_type")],
)
def test_quote__with_an_invalid_or_repeated_id__is_named(cast: Cast, own: Any, code: str) -> None:
    response = quoted(cast, [{"sku": "tea", "id": "own"}, {"sku": "bread", "id": own}])

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/cart/1/id", code)
