"""Consent: what a person has allowed at all."""

from msgspec import Struct


class Consent(Struct, frozen=True):
    """Whether a person may be shown what their history suggests, and the channels that they have refused."""

    is_personalised: bool = True
    refused_channels: frozenset[str] = frozenset()


FULL_CONSENT = Consent()
