"""GET and PATCH /api/v1/customers/{id}/preferences, and links to the page."""

from typing import Any

import pytest

from offers.models import ConsentStatement
from offers.services.preferences.change import PreferenceChange, Statement, change_preferences
from tests.offers.services.preferences.test_preferences import AT
from tests.support.api_cast import SHOP_ORIGIN, Cast, body_of, caller, problem_of

URL = "/api/v1/customers/aki/preferences"


@pytest.fixture
def aki(cast: Cast) -> Cast:
    """Aki has turned personalisation off."""
    change = PreferenceChange(is_personalised=False)
    change_preferences(customer="aki", change=change, statement=Statement(source="test"), at=AT)
    return cast


def patch(cast: Cast, body: Any) -> Any:
    return cast.server.send("PATCH", URL, body)


def test_preferences__changed_by_the_server__are_returned(cast: Cast) -> None:
    sent = {
        "personalisation": False,
        "channels": {"line": False},
        "topics": [{"scope": "kind", "name": "upgrade", "on": False}],
        "pause_days": 30,
        "source": "app",
        "wording": "Fits me",
    }

    changed = body_of(patch(cast, sent))

    assert changed == body_of(cast.server.get(URL))
    assert (changed["customer"], changed["personalisation"]) == ("aki", False)
    assert [channel for channel, is_on in changed["channels"].items() if not is_on] == ["line"]
    assert [one["name"] for one in changed["topics"] if not one["on"]] == ["upgrade"]
    assert changed["paused_until"]
    said = ConsentStatement.objects.values_list("source", "wording").distinct()
    assert list(said) == [("app", "Fits me")]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"personalisation": 1}, "/personalisation"),
        ({"channels": {"fax": False}}, "/channels"),
        ({"topics": [{"scope": "kind", "name": "magic", "on": False}]}, "/topics/0/name"),
        ({"topics": [{"scope": "kind", "name": "upgrade", "on": False}] * 2}, "/topics/1/name"),
        ({"take_back": [{"scope": "everything", "name": "x"}]}, "/take_back/0/scope"),
        ({"pause_days": 0}, "/pause_days"),
        ({"pause_days": 366}, "/pause_days"),
        ({"other": 1}, "/other"),
    ],
)
def test_change__of_a_bad_value__names_the_field_and_changes_nothing(
    aki: Cast, body: Any, pointer: str
) -> None:
    problem = problem_of(patch(aki, {"channels": {"sms": False}} | body), 400, "invalid_request")

    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert body_of(aki.server.get(URL))["channels"]["sms"]


def test_page__of_the_shopper__reads_and_changes_their_own(aki: Cast) -> None:
    token = aki.page.token("aki")

    read = aki.page.get(f"{URL}?customer_token={token}")
    changed = aki.page.send("PATCH", URL, {"personalisation": True, "customer_token": token})

    assert not body_of(read)["personalisation"]
    assert body_of(changed)["personalisation"]
    assert changed["Access-Control-Allow-Origin"] == SHOP_ORIGIN


def test_stranger__reads_and_changes_nothing(aki: Cast) -> None:
    other = aki.page.token("ben")
    elsewhere = caller("publishable", ("https://other.example",)).token("aki")
    lax = caller("publishable", (SHOP_ORIGIN,), customers_by_token=False)
    expired = aki.page.token("aki", -3600)
    for page, token, code in (
        (aki.page, None, "customer_token_required"),
        (lax, None, "customer_token_required"),
        (aki.page, other, "customer_token_invalid"),
        (aki.page, elsewhere, "customer_token_invalid"),
        (aki.page, expired, "customer_token_invalid"),
    ):
        query = f"?customer_token={token}" if token else ""
        problem_of(page.get(f"{URL}{query}"), 403, code)
        body = {"personalisation": True, "customer_token": token}
        problem_of(page.send("PATCH", URL, body), 403, code)

    problem_of(aki.nobody.get(URL), 401, "key_required")
    problem_of(aki.page.post(f"{URL}/link", {}), 403, "secret_key_required")
    assert not body_of(aki.server.get(URL))["personalisation"]


def test_titles__in_japanese__if_the_caller_accepts_it(cast: Cast) -> None:
    answer = body_of(cast.server.get(URL, Accept_Language="ja"))

    assert answer["topics"][0]["title"] == "アップグレード：選んだ商品の代わりに上位の商品を"


def test_link__of_the_server__opens_the_page(cast: Cast) -> None:
    link = body_of(cast.server.post(f"{URL}/link", {"days": 2}))

    page = cast.nobody.get(link["url"].removeprefix("http://testserver"))
    assert page.status_code == 200
    problem_of(cast.server.post(f"{URL}/link", {"days": 366}), 400, "invalid_request")
