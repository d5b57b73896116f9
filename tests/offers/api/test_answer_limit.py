"""Customers have a limited number of answers, whichever way they arrive."""

from typing import Any

import pytest

from offers.models import MAX_ANSWERS, Customer, SurveyAnswer
from offers.services.customer import load_known_customer
from tests.offers.customers import answered, declare
from tests.support.api_cast import Cast, body_of, problem_of

URL = "/api/v1/customers"
HALF = MAX_ANSWERS // 2
LATER = "2026-11-21T03:00:00Z"


def answers(first: int, count: int = HALF, **changes: Any) -> list[dict[str, Any]]:
    return [answered("daily", question=f"q-{n}", **changes) for n in range(first, first + count)]


def fill(cast: Cast, customer: str = "c-1", start: int = 0) -> None:
    for first in (start, start + HALF):
        body_of(cast.server.put(f"{URL}/{customer}", {"answers": answers(first)}))


def known(customer: str = "c-1") -> int:
    return len(load_known_customer(external_id=customer).answers)


def test_answers__one_more_than_the_limit__is_refused_with_its_question(cast: Cast) -> None:
    declare()
    fill(cast)
    sent = {"attributes": {"household": 3}, "answers": [*answers(5, 2), *answers(MAX_ANSWERS, 1)]}

    (error,) = problem_of(cast.server.put(f"{URL}/c-1", sent), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == ("/answers/2/question", "too_many")
    assert (known(), Customer.objects.get().attributes) == (MAX_ANSWERS, {})


def test_answers__at_the_limit__can_be_changed_withdrawn_and_removed(cast: Cast) -> None:
    fill(cast)

    changed = answered("weekly", at=LATER), answered(None, at=LATER, question="q-2")
    body_of(cast.server.put(f"{URL}/c-1", {"answers": [*changed]}))

    # A withdrawn answer is kept, and counts.
    assert known() == MAX_ANSWERS - 1
    problem_of(cast.server.put(f"{URL}/c-1", {"answers": answers(MAX_ANSWERS, 1)}), 400, "invalid_request")
    body_of(cast.server.put(f"{URL}/c-1", {"answers": None}))
    body_of(cast.server.put(f"{URL}/c-1", {"answers": answers(MAX_ANSWERS, 1)}))
    assert known() == 1


def test_answers__too_many_in_a_batch__only_their_customer_is_rejected(cast: Cast) -> None:
    fill(cast)
    items = [
        {"id": "c-1", "answers": answers(MAX_ANSWERS, 1)},
        {"id": "c-2", "answers": answers(MAX_ANSWERS, 1)},
    ]

    answer = body_of(cast.server.post(URL, {"customers": items}))

    assert (answer["created"], answer["rejected"]) == (1, 1)
    (error,) = answer["customers"][0]["errors"]
    assert (error["pointer"], error["code"]) == ("/customers/0/answers/0/question", "too_many")
    assert (known(), known("c-2")) == (MAX_ANSWERS, 1)


def test_answers__for_two_ids_of_one_customer__are_counted_together(cast: Cast) -> None:
    body_of(cast.server.post(f"{URL}/c-1/merge", {"from": "c-2"}))
    body_of(cast.server.put(f"{URL}/c-1", {"answers": answers(0)}))
    sent = {"customers": [{"id": "c-2", "answers": answers(HALF)}, {"id": "c-1", "answers": answers(999, 1)}]}

    answer = body_of(cast.server.post(URL, sent))

    assert [one["outcome"] for one in answer["customers"]] == ["updated", "rejected"]
    assert (known(), SurveyAnswer.objects.count()) == (MAX_ANSWERS, MAX_ANSWERS)


@pytest.mark.parametrize("older", ["c-1", "c-2"])
def test_answers__of_two_ids_that_are_merged__the_newest_stay(cast: Cast, older: str) -> None:
    newer = {"c-1": "c-2", "c-2": "c-1"}[older]
    fill(cast, older)
    for sent in (answers(HALF, at=LATER), answers(900, 50, at=LATER)):
        body_of(cast.server.put(f"{URL}/{newer}", {"answers": sent}))

    body_of(cast.server.post(f"{URL}/c-1/merge", {"from": "c-2"}))

    questions = set(SurveyAnswer.objects.values_list("question", flat=True))
    assert (known(), len(questions)) == (MAX_ANSWERS, MAX_ANSWERS)
    assert {f"q-{n}" for n in (*range(HALF, MAX_ANSWERS), *range(900, 950))} <= questions
