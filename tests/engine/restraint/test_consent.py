"""What statements of consent allow."""

import pytest

from engine.restraint.consent import CHANNELS, FULL_CONSENT, consent_of

Statements = dict[tuple[str, str], bool]
MARKETING, PERSONAL = "marketing", "personalisation"


def test_consent__without_statements__allows_everything() -> None:
    assert consent_of({}) == FULL_CONSENT


@pytest.mark.parametrize(
    ("statements", "refused"),
    [
        ({(MARKETING, "email"): False}, {"email"}),
        ({(MARKETING, "web"): False}, {"web"}),
        # A newsletter that was cancelled silences what the shop writes, not the page that somebody opened.
        ({(MARKETING, "all"): False}, {"email", "line", "push", "sms"}),
        ({(MARKETING, "all"): False, (MARKETING, "line"): True}, {"email", "push", "sms"}),
        ({(MARKETING, "all"): True, (MARKETING, "sms"): False}, {"sms"}),
        ({("analytics", "all"): False}, set()),
    ],
)
def test_channels__refused__are_silent(statements: Statements, refused: set[str]) -> None:
    assert consent_of(statements).refused_channels == refused <= set(CHANNELS)


@pytest.mark.parametrize(
    ("statements", "is_personalised"),
    [
        ({(PERSONAL, "all"): True}, True),
        ({(PERSONAL, "all"): False}, False),
        ({(PERSONAL, "all"): False, (PERSONAL, "app"): True}, False),
        ({(PERSONAL, "email"): False}, False),
    ],
)
def test_personalisation__refused_anywhere__is_off(statements: Statements, is_personalised: bool) -> None:
    assert consent_of(statements).is_personalised is is_personalised
