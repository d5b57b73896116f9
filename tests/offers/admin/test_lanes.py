"""Three lanes stand in the admin, always; they are put into order and given a mode, and no more."""

import pytest
from django.urls import reverse

from catalog.models import Revision
from offers.models import Lane
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db
LIST = "admin:offers_lane_changelist"


def posted(*rows: tuple[Lane, str, int]) -> dict[str, object]:
    """Return the list's fields: each lane with its mode and position."""
    data: dict[str, object] = {
        "form-TOTAL_FORMS": len(rows),
        "form-INITIAL_FORMS": len(rows),
        "_save": "Save",
    }
    for place, (lane, mode, position) in enumerate(rows):
        data |= {
            f"form-{place}-id": lane.pk,
            f"form-{place}-mode": mode,
            f"form-{place}-position": position,
        }
    return data


def test_lanes__never_opened__are_in_the_default_order(cast: Cast) -> None:
    cast.analyst.get(reverse(LIST))
    cast.analyst.get(reverse(LIST))

    rows = Lane.objects.order_by("position").values_list("code", "mode")
    assert list(rows) == [("line", "best"), ("bundle", "best"), ("cart", "best")]


def test_lanes__reordered__are_saved_and_raise_the_revision(cast: Cast) -> None:
    cast.merchandiser.get(reverse(LIST))
    line, bundle, cart = Lane.objects.order_by("position")

    cast.merchandiser.post(reverse(LIST), posted((line, "stack", 2), (bundle, "first", 0), (cart, "best", 1)))

    rows = Lane.objects.order_by("position").values_list("code", "mode")
    assert list(rows) == [("bundle", "first"), ("cart", "best"), ("line", "stack")]
    assert Revision.objects.get(domain="offers").number > 0


def test_lanes__for_people__are_changed_by_merchandisers_only(cast: Cast) -> None:
    cast.merchandiser.get(reverse(LIST))
    line, bundle, cart = Lane.objects.order_by("position")
    change = posted((line, "stack", 0), (bundle, "stack", 1), (cart, "stack", 2))

    for person in (cast.analyst, cast.outsider, cast.stranger):
        person.post(reverse(LIST), change)

    assert not Lane.objects.filter(mode="stack").exists()
    assert cast.merchandiser.get(reverse("admin:offers_lane_add")).status_code == 403
    assert cast.merchandiser.get(reverse("admin:offers_lane_delete", args=[line.pk])).status_code == 403
