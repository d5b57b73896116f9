"""Decision tokens: what was shown cannot be forged."""

import base64

import msgspec
import pytest
from pytest_django import Settings

from engine.decision.kinds.threshold import NextReward
from engine.decision.types import Proposal, ProposedProduct, Reason
from offers.services.tokens import (
    CLOCK_SKEW_SECONDS,
    MAX_AGE_SECONDS,
    DecisionToken,
    InvalidTokenError,
    issue_decision_token,
    read_decision_token,
)

AT = 1_795_000_000
PROPOSAL = Proposal(
    offer="morning-set",
    kind="cross_sell",
    position=1,
    headline="",
    body="",
    products=(
        ProposedProduct("981760", "Milk", 1, "", "", 398, 360),
        ProposedProduct("珈琲-1", "豆", 2, "", "", 900, 1620),
    ),
    replaces=None,
    gains=(),
    currency="JPY",
    list_minor=2198,
    offer_minor=1980,
    added_minor=1980,
    strategy="curated",
    reason=Reason("curated", {}),
)


def issue(at: int = AT) -> str:
    return issue_decision_token(proposals=[PROPOSAL], placement="cart", decided_at=at, key=7)


def test_token__of_an_upgrade__contains_the_replaced_product_and_the_terms() -> None:
    upgrade = msgspec.structs.replace(PROPOSAL, kind="upgrade", replaces="981759", version=3)
    text = issue_decision_token(proposals=[upgrade], placement="cart", decided_at=AT)

    shown = read_decision_token(text, at=AT).shown[0]

    assert (shown.replaces, shown.version) == ("981759", 3)


def test_token__read_back__contains_what_was_shown() -> None:
    token = read_decision_token(issue(), at=AT + 10)

    assert isinstance(token, DecisionToken)
    assert (token.placement, token.decided_at, token.key, token.arm) == ("cart", AT, 7, "")
    assert len(token.id) == 24
    shown = token.find("morning-set", 1)
    assert shown is not None
    assert (shown.offer_minor, shown.currency) == (1980, "JPY")
    assert [(p.sku, p.quantity, p.offer_minor) for p in shown.products] == [
        ("981760", 1, 360),
        ("珈琲-1", 2, 1620),
    ]


def test_token__price_beyond_64_bits__is_issued() -> None:
    dear = msgspec.structs.replace(PROPOSAL, offer_minor=10**30)

    token = read_decision_token(
        issue_decision_token(proposals=[dear], placement="cart", decided_at=AT), at=AT
    )

    assert token.shown[0].offer_minor == 2**63 - 1


def test_token__other_position_or_sku__finds_nothing() -> None:
    token = read_decision_token(issue(), at=AT)

    assert token.find("morning-set", 2) is None
    assert token.find("evening-set", 1) is None
    assert token.offer_of("珈琲-1") == token.shown[0]
    assert token.offer_of("other") is None


def test_token__sku_that_reaches_a_reward__is_the_offers_unless_another_proposed_it() -> None:
    named = (ProposedProduct("mug", "", 1, "", "", 1, 1), ProposedProduct("珈琲-1", "", 1, "", "", 1, 1))
    reward = NextReward("spend", 500, ("none", 0), free_shipping=True, reached_by=named)
    threshold = msgspec.structs.replace(
        PROPOSAL, offer="reward", kind="threshold", products=(), detail=reward
    )
    other = msgspec.structs.replace(PROPOSAL, position=2)

    token = read_decision_token(
        issue_decision_token(proposals=[threshold, other], placement="cart", decided_at=AT), at=AT
    )

    assert [shown and shown.offer for shown in map(token.offer_of, ("mug", "珈琲-1"))] == [
        "reward",
        "morning-set",
    ]


def test_token__any_flipped_bit__is_refused() -> None:
    token = issue()

    for index in range(len(token)):
        for bit in range(7):
            flipped = token[:index] + chr(ord(token[index]) ^ (1 << bit)) + token[index + 1 :]
            with pytest.raises(InvalidTokenError) as caught:
                read_decision_token(flipped, at=AT)
            assert caught.value.code == "decision_invalid"


@pytest.mark.parametrize("text", ["", "x", "====", "AAAA", "é", "\x00", "a" * 40_000, "Zm9v" * 20, " ", "２"])
def test_token__nonsense__is_refused(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        read_decision_token(text, at=AT)


@pytest.mark.parametrize("spelling", ["{}=", "{}\n", " {}", "{}A"])
def test_token__another_spelling__is_refused(spelling: str) -> None:
    with pytest.raises(InvalidTokenError):
        read_decision_token(spelling.format(issue()), at=AT)


def test_token__after_thirty_days__is_expired() -> None:
    assert read_decision_token(issue(), at=AT + MAX_AGE_SECONDS).placement == "cart"

    with pytest.raises(InvalidTokenError) as caught:
        read_decision_token(issue(), at=AT + MAX_AGE_SECONDS + 1)

    assert caught.value.code == "decision_expired"


def test_token__made_after_the_moment_that_it_is_read_for__is_refused_with_a_reason_of_its_own() -> None:
    assert read_decision_token(issue(), at=AT - CLOCK_SKEW_SECONDS).placement == "cart"

    with pytest.raises(InvalidTokenError) as caught:
        read_decision_token(issue(), at=AT - CLOCK_SKEW_SECONDS - 1)

    assert caught.value.code == "decision_in_future"


def test_token__secret_rotated__stays_valid_under_the_fallback(settings: Settings) -> None:
    token = issue()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret"

    with pytest.raises(InvalidTokenError):
        read_decision_token(token, at=AT)

    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_decision_token(token, at=AT).placement == "cart"


def test_token__cut_short__is_refused() -> None:
    token = issue()
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

    shortened = base64.urlsafe_b64encode(raw[1:]).rstrip(b"=").decode()

    with pytest.raises(InvalidTokenError):
        read_decision_token(shortened, at=AT)
