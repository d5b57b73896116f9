"""The requests and the responses of the preferences endpoints."""

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from engine.restraint.rulings import REASONS as RESTRAINT_REASONS
from gateway.api.shapes.known import know_values
from gateway.api.shapes.types import CustomerToken, MomentText
from offers.services.preferences.change import MAX_PAUSE_DAYS
from offers.services.preferences.link import MAX_LINK_DAYS

MAX_SUBJECTS = 100
_SubjectName = Annotated[
    str,
    Meta(min_length=1, max_length=2000, description="As `topics` or `held_back` of the preferences name it."),
]


class TopicBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic to turn on or off."""

    scope: Literal["kind", "category"]
    name: _SubjectName
    on: bool


class SubjectBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is held back, to be shown again."""

    scope: Literal["offer", "product", "category", "kind"]
    name: _SubjectName


class ChannelsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """By channel, whether offers may reach the customer there."""

    web: bool | UnsetType = UNSET
    app: bool | UnsetType = UNSET
    email: bool | UnsetType = UNSET
    line: bool | UnsetType = UNSET
    chat: bool | UnsetType = UNSET
    push: bool | UnsetType = UNSET
    sms: bool | UnsetType = UNSET
    store: bool | UnsetType = UNSET


class PreferencesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes. What is left out stays as it is."""

    personalisation: bool | UnsetType = UNSET
    channels: ChannelsBody = ChannelsBody()
    topics: Annotated[tuple[TopicBody, ...], Meta(max_length=MAX_SUBJECTS)] = ()
    take_back: Annotated[
        tuple[SubjectBody, ...],
        Meta(max_length=MAX_SUBJECTS, description="What the customer wants to be shown again."),
    ] = ()
    pause_days: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_PAUSE_DAYS)] | UnsetType | None,
        Meta(description="Show no offers at all for so many days from now. Null ends the pause."),
    ] = UNSET
    source: Annotated[
        str, Meta(min_length=1, max_length=64, description="Where it was said, for the record of consents.")
    ] = "api"
    wording: Annotated[str, Meta(max_length=2000, description="The words that were agreed to.")] = ""
    page: Annotated[str, Meta(max_length=500, description="The address of the page.")] = ""
    customer_token: CustomerToken | None = None


class PreferencesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With a publishable key: who asks."""

    customer_token: CustomerToken | None = None


class TopicAnswer(msgspec.Struct, frozen=True):
    """A topic: a kind of offer or a category."""

    scope: str
    name: str
    title: str
    on: bool


class HeldBackAnswer(msgspec.Struct, frozen=True):
    """What is not shown, why, and until when; null is for good. What was only counted ends by itself."""

    scope: str
    name: str
    title: str
    reason: str
    since: MomentText | None
    until: MomentText | None
    can_take_back: bool


class PreferencesAnswer(msgspec.Struct, frozen=True):
    """The preferences of a customer; the defaults if they have never changed any."""

    customer: str
    personalisation: bool
    channels: dict[str, bool]
    topics: list[TopicAnswer]
    held_back: list[HeldBackAnswer]
    paused_until: MomentText | None


class LinkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the link is valid."""

    days: Annotated[int, Meta(ge=1, le=MAX_LINK_DAYS)] = 30


class LinkAnswer(msgspec.Struct, frozen=True):
    """The address of the preference page of one customer. Whoever has it can change their preferences."""

    url: str
    expires_at: MomentText


know_values(TopicAnswer, scope=["kind", "category"])
know_values(
    HeldBackAnswer, scope=["offer", "product", "category", "kind", "everything"], reason=RESTRAINT_REASONS
)

PREFERENCES_REQUEST: Final[dict[str, Any]] = {
    "personalisation": False,
    "channels": {"email": False},
    "topics": [{"scope": "kind", "name": "upgrade", "on": False}],
    "take_back": [{"scope": "offer", "name": "goes-with-it"}],
    "pause_days": 30,
    "source": "account page",
    "wording": "Offers that fit me",
    "page": "https://shop.example/account",
}
PREFERENCES_ANSWER: Final[dict[str, Any]] = {
    "customer": "c-123",
    "personalisation": False,
    "channels": {
        "web": True,
        "app": True,
        "email": False,
        "line": True,
        "chat": True,
        "push": True,
        "sms": True,
        "store": True,
    },
    "topics": [
        {
            "scope": "kind",
            "name": "upgrade",
            "title": "Upgrade: a better product instead of the chosen one",
            "on": False,
        },
        {"scope": "category", "name": "12", "title": "Grocery", "on": True},
    ],
    "held_back": [
        {
            "scope": "product",
            "name": "butter",
            "title": "Butter",
            "reason": "declined",
            "since": "2026-11-20T03:00:00Z",
            "until": "2027-02-18T03:00:00Z",
            "can_take_back": True,
        }
    ],
    "paused_until": "2026-12-21T03:00:00Z",
}
LINK_REQUEST: Final[dict[str, Any]] = {"days": 30}
LINK_ANSWER: Final[dict[str, Any]] = {
    "url": "https://awase.example/preferences/kwGlYy0xMjPO…",
    "expires_at": "2026-12-21T03:00:00Z",
}
