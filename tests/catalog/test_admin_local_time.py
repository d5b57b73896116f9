"""Times in admin forms are in the shop's time zone; a clock change makes some of them unclear."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from catalog.admin.local_time import LocalTimeField, SplitLocalTimeField
from offers.models import Placement
from tests.offers.admin.offer_forms import address, posted, tiers
from tests.support.admin_cast import Cast

TWICE = (
    "2026-10-25 02:30 occurs twice in the time zone Europe/Berlin: the clocks are put back then. "
    "Choose an earlier or a later time."
)
NEVER = (
    "2026-03-29 02:30 does not exist in the time zone Europe/Berlin: the clocks are put forward then. "
    "Choose an earlier or a later time."
)


def read(day: str, time: str, zone: str = "Europe/Berlin") -> list[Any]:
    """Return what both fields make of a local time: moments or messages."""
    answers: list[Any] = []
    with timezone.override(zone):
        for field, value in ((SplitLocalTimeField(), [day, time]), (LocalTimeField(), f"{day} {time}")):
            try:
                answers.append(field.clean(value))
            except ValidationError as error:
                answers += error.messages
    return answers


@pytest.mark.parametrize(
    ("day", "time", "reason"), [("2026-10-25", "02:30", TWICE), ("2026-03-29", "02:30", NEVER)]
)
def test_local_time__at_a_clock_change__is_refused_and_explained(day: str, time: str, reason: str) -> None:
    assert read(day, time) == [reason, reason]


def test_local_time__at_a_clock_change_in_japanese__is_explained_in_japanese() -> None:
    with translation.override("ja"):
        (first, second) = read("2026-10-25", "02:30")

    assert first == second
    assert "Europe/Berlinでは2回ある時刻です" in first


def test_local_time__before_the_clock_change__is_that_moment() -> None:
    assert read("2026-10-25", "01:59") == [datetime(2026, 10, 24, 23, 59, tzinfo=UTC)] * 2


@pytest.mark.parametrize(("day", "zone"), [("0001-01-01", "Asia/Tokyo"), ("9999-12-31", "America/New_York")])
def test_local_time__outside_what_a_database_stores__is_refused(day: str, zone: str) -> None:
    assert read(day, "00:00" if day < "2" else "23:30", zone) == ["Enter a valid date and time."] * 2


@pytest.mark.django_db
def test_offer_form__starts_at_a_skipped_time__says_so_at_the_field(cast: Cast) -> None:
    period = {"starts_at_0": "2026-03-29", "starts_at_1": "02:30"}
    fields = posted("quantity", tiers((2, "percent", "10")), trigger_scope="everything", **period)

    with timezone.override("Europe/Berlin"):
        page = cast.merchandiser.post(address("quantity", "add"), fields)

    assert page.context["adminform"].form.errors == {"starts_at": [NEVER]}


@pytest.mark.django_db
def test_tryout__at_a_repeated_time__says_so(cast: Cast) -> None:
    with timezone.override("Europe/Berlin"):
        page = cast.merchandiser.get(reverse("tryout_answer"), {"at": "2026-10-25T02:30"})

    assert page.context["form"].errors["at"] == [TWICE]


def test_local_time__in_a_form__names_the_zone_of_the_shop(cast: Cast, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    Placement.objects.create(code="cart", name="Cart")
    pages = [address("quantity", "add"), "/admin/tryout/"]

    texts = [cast.merchandiser.get(page).text for page in pages]

    assert [text.count("In the time zone of the shop: Asia/Tokyo") for text in texts] == [2, 1]
