"""Consent: what a person has allowed at all."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

# Where offers can reach a person, and those where the shop writes first.
CHANNELS: Final = ("web", "app", "email", "line", "chat", "push", "sms", "store")
_WRITTEN_TO: Final = frozenset({"email", "line", "push", "sms"})
_ALL: Final = "all"
_PERSONALISATION: Final = "personalisation"
_MARKETING: Final = "marketing"


class Consent(Struct, frozen=True):
    """Whether a person may be shown what their history suggests, and the channels that they have refused."""

    is_personalised: bool = True
    refused_channels: frozenset[str] = frozenset()


FULL_CONSENT = Consent()


def consent_of(statements: Mapping[tuple[str, str], bool]) -> Consent:
    """Return what the statements in force, by purpose and channel, allow.

    Personalisation is allowed until it is refused, wherever that was. A refusal of marketing on a channel
    silences it. A refusal of all marketing silences the channels where the shop writes first, not a page that
    the person opened.
    """
    if not statements:
        return FULL_CONSENT
    return Consent(
        is_personalised=allows_personalisation(statements),
        refused_channels=frozenset(one for one in CHANNELS if not allows_offers(statements, one)),
    )


def allows_personalisation(statements: Mapping[tuple[str, str], bool]) -> bool:
    """Return whether offers may depend on what is known of the person."""
    return all(granted for (purpose, _channel), granted in statements.items() if purpose == _PERSONALISATION)


def allows_offers(statements: Mapping[tuple[str, str], bool], channel: str) -> bool:
    """Return whether offers may reach the person on a channel: its own statement counts first."""
    general = statements.get((_MARKETING, _ALL), True) if channel in _WRITTEN_TO else True
    return statements.get((_MARKETING, channel), general)
