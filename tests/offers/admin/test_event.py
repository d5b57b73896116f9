"""The list of events says which of them are counted, and filters by the reason."""

import pytest
from django.urls import reverse

from offers.models import Event, Exclusion
from tests.offers.reported import AT
from tests.support.admin_cast import create_people, sign_in
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
LIST = reverse("admin:offers_event_changelist")
CHOICES = {"yes": 1, "no": len(Exclusion), **dict.fromkeys(Exclusion.values, 1), "unknown": 7}


@pytest.fixture
def events() -> None:
    """Create a counted event, and one for each reason."""
    for number, exclusion in enumerate(["", *Exclusion.values]):
        Event.objects.create(
            event_id=f"e-{number}",
            type="impression",
            decision=f"d-{number}",
            offer_code="tea",
            position=1,
            occurred_at=AT,
            received_at=AT,
            exclusion=exclusion,
        )


@in_both_languages
@pytest.mark.usefixtures("events")
def test_list__of_events__shows_and_filters_by_whether_they_count(language: str) -> None:
    create_people()
    analyst = sign_in("analyst", language)

    text = analyst.get(LIST).text
    counts = {choice: analyst.get(LIST, {"counted": choice}).context["cl"].result_count for choice in CHOICES}

    reasons = {"en": "without an impression", "ja": "表示の記録なし"}
    assert text.count(reasons[language]) >= 2  # in the list and in the filter
    assert counts == CHOICES
