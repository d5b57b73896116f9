"""The page of a customer: what the shop knows of them, and its attributes edited."""

import json
from typing import Any

import pytest

from accounts.admin.conflicts.version import TOKEN
from offers.models import Customer
from offers.services.customer_input import AnswerInput, ConsentInput, CustomerInput, InquiryInput
from offers.services.customer_merge import merge_customers
from offers.services.customer_update import update_customers
from tests.offers.customers import AT, declare
from tests.support.admin_cast import Cast, Person, sign_in


@pytest.fixture
def customer(db: None) -> Customer:  # noqa: ARG001 (a fixture asks for another by its name)
    declare()
    known = CustomerInput(
        id="c-1",
        attributes={"skin_type": "dry", "vegan": True, "interests": ["tea"]},
        answers=(AnswerInput(survey="spring", question="how-often", answer="<b>daily</b>", answered_at=AT),),
        inquiries=(InquiryInput(id="t-81", topic="delivery", opened_at=AT),),
        consents=(ConsentInput(purpose="marketing", granted=False, stated_at=AT, wording="I agree."),),
    )
    update_customers(items=[known], at=AT)
    merge_customers(survivor="c-1", other="guest-9")
    return Customer.objects.get(external_id="c-1")


def address(customer: Customer) -> str:
    return f"/admin/offers/customer/{customer.pk}/change/"


def save(who: Any, customer: Customer, **attributes: Any) -> Any:
    return who.post(address(customer), {"attributes": json.dumps(attributes)})


def test_page__everything_known__is_shown_to_whoever_may_look(cast: Cast, customer: Customer) -> None:
    for who in (cast.analyst, cast.merchandiser):
        page = who.get(address(customer)).content.decode()
        for text in ("guest-9", "Dry", "Tea", "how-often", "t-81", "delivery", "refused", "I agree."):
            assert text in page
        assert "<b>daily</b>" not in page
    assert cast.outsider.get(address(customer)).status_code == 403
    assert "ドライ" not in sign_in("analyst", "ja").get(address(customer)).content.decode()


def test_list__merged_id__finds_the_survivor_once(cast: Cast, customer: Customer) -> None:
    page = cast.analyst.get("/admin/offers/customer/?q=guest-9")

    assert [row.pk for row in page.context["cl"].result_list] == [customer.pk]


def test_attributes__edited__are_checked_and_only_by_whoever_may(cast: Cast, customer: Customer) -> None:
    assert save(cast.merchandiser, customer, skin_type="oily", household=3).status_code == 302
    wrong = save(cast.merchandiser, customer, skin_type="blue", unknown=1)
    refused = save(cast.analyst, customer, skin_type="mixed")

    customer.refresh_from_db()
    assert customer.attributes == {"household": 3, "skin_type": "oily"}
    assert customer.answers == {"spring": {"how-often": "<b>daily</b>"}}
    assert wrong.status_code == 200
    assert "skin_type: Must be one of: dry, oily, mixed." in wrong.content.decode()
    assert refused.status_code == 403


def test_attributes__edited_in_two_tabs__do_not_overwrite_each_other(cast: Cast, customer: Customer) -> None:
    first = cast.merchandiser
    assert isinstance(first, Person)
    opened = first.opened(address(customer))
    save(cast.superuser, customer, skin_type="oily")

    conflict = first.post(address(customer), {"attributes": '{"skin_type": "mixed"}', **opened})

    assert (conflict.status_code, TOKEN in opened) == (409, True)
    customer.refresh_from_db()
    assert customer.attributes == {"skin_type": "oily"}
