"""Policies, caps and quiet periods in the admin: forms, sentences, and what decisions read of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from catalog.models import Revision
from engine.restraint import Policy, QuietHours, ShownCap
from offers.admin.restraint import DatesField
from offers.admin.restraint_words import cap_sentence, policy_sentence, quiet_sentence
from offers.models import Offer, QuietPeriod, RestraintCap, RestraintPolicy
from offers.services.collection.restraint import collect_restraint
from offers.services.restraint.rules import create_usual_restraint
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db
ADD, LIST = "admin:offers_restraintpolicy_add", "admin:offers_restraintpolicy_changelist"
FIVE_VIEWS: dict[str, Any] = {
    "outcome": "shown",
    "count": 5,
    "window_days": 7,
    "without_click": "on",
    "pauses": "offer",
    "pause_days": 14,
    "is_active": "on",
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def of(**columns: Any) -> RestraintPolicy:
    return RestraintPolicy(**{"outcome": "shown", "count": 5, "pause_days": 14} | columns)


SENTENCES: dict[str, tuple[RestraintPolicy, str, str]] = {
    "views": (
        of(without_click=True),
        "After 5 views without a click within 7 days, pause the offer for 14 days.",
        "7日以内にクリックのない表示が5回あると、オファーを14日間停止します。",
    ),
    "a decline": (
        of(outcome="declined", count=1, pause_days=None),
        "After 1 decline, pause the offer for the period of the shop (90 days).",
        "辞退が1回あると、オファーをショップの期間（90日間）停止します。",
    ),
    "an acceptance": (
        of(outcome="accepted", count=1, pause_days=None, pauses="product"),
        "After 1 acceptance, pause the product until it is needed again.",
        "承諾が1回あると、商品を再び必要になるまで停止します。",
    ),
    "an exception": (
        of(outcome="dismissed", count=2, pause_days=0, channel="line"),
        "Nothing is paused after 2 dismissals. Only for: LINE.",
        "非表示が2回あっても、何も停止しません。対象：LINE。",
    ),
}


@pytest.mark.parametrize(("policy", "english", "japanese"), SENTENCES.values(), ids=SENTENCES)
def test_sentence__of_a_policy__in_both_languages(
    policy: RestraintPolicy, english: str, japanese: str
) -> None:
    with translation.override("en"):
        assert policy_sentence(policy) == english
    with translation.override("ja"):
        assert policy_sentence(policy) == japanese


def test_sentences__of_caps_and_quiet_periods() -> None:
    period = QuietPeriod(starts_at=datetime(1, 1, 1, 21).time(), ends_at=datetime(1, 1, 1, 8).time())  # noqa: DTZ001

    assert cap_sentence(RestraintCap(count=3, window_days=7)) == (
        "At most 3 offers in 7 days on all channels together."
    )
    assert quiet_sentence(period) == "All channels: quiet 21:00 to 08:00."
    assert quiet_sentence(QuietPeriod(channel="line", holiday_country="JP")) == (
        "LINE: quiet on public holidays of Japan."
    )


def test_quiet_period__on_public_holidays__needs_no_hours_and_is_in_the_next_snapshot(cast: Cast) -> None:
    add = reverse("admin:offers_quietperiod_add")

    refused = cast.merchandiser.post(add, {"is_active": "on"})
    unknown = cast.merchandiser.post(add, {"is_active": "on", "holiday_country": "XX"})
    cast.merchandiser.post(add, {"is_active": "on", "holiday_country": "JP"})

    assert "Enter hours or holidays." in refused.text
    assert "holiday_country" in unknown.context["adminform"].form.errors
    (quiet,) = collect_restraint().quiet
    assert (quiet.country, quiet.only_holidays) == ("JP", True)


@pytest.mark.usefixtures("cast")
def test_quiet_period__form_in_japanese__labels_hours_as_the_times_that_they_are() -> None:
    answer = sign_in("merchandiser", "ja").get(reverse("admin:offers_quietperiod_add"))

    assert "配信停止の開始時刻" in answer.text
    assert "配信停止の終了時刻" in answer.text


def test_policy__added__is_in_the_next_snapshot_and_counts_from_now(cast: Cast) -> None:
    before = now()
    answer = cast.merchandiser.post(reverse(ADD), FIVE_VIEWS, follow=True)

    (policy,) = collect_restraint().policies
    assert "After 5 views without a click within 7 days" in answer.text
    assert policy == Policy("shown", 5, 7, "offer", 14, without_click=True, since=policy.since)
    assert policy.since >= int(before.timestamp())
    assert Revision.objects.get(domain="offers").number > 0


@pytest.mark.parametrize(("changes", "restarts"), [({"pause_days": 30}, False), ({"count": 3}, True)])
def test_policy__changed__counts_anew_if_it_counts_something_else(
    cast: Cast, changes: dict[str, Any], *, restarts: bool
) -> None:
    policy = RestraintPolicy.objects.create(**_columns(FIVE_VIEWS), counts_from=LONG_AGO)
    address = reverse("admin:offers_restraintpolicy_change", args=[policy.pk])

    cast.merchandiser.post(address, FIVE_VIEWS | changes)
    policy.refresh_from_db()

    assert {name: getattr(policy, name) for name in changes} == changes
    assert (policy.counts_from > LONG_AGO) is restarts


def _columns(form: dict[str, Any]) -> dict[str, Any]:
    return {name: True if value == "on" else value for name, value in form.items()}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no count": ({"count": 0}, "The number must be between 1 and 200."),
    "a long window": ({"window_days": 999}, "The window must be between 1 and 365 days."),
    "no pause": ({"pause_days": ""}, "Enter for how many days to pause"),
    "a click of dismissals": ({"outcome": "dismissed"}, "Only views can be counted without a click."),
    "an unknown kind": ({"kind": "nonsense"}, "Select a valid choice."),
    "an unknown outcome": ({"outcome": "nonsense"}, "Select a valid choice."),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_policy__that_makes_no_sense__is_refused(cast: Cast, changes: dict[str, Any], words: str) -> None:
    answer = cast.merchandiser.post(reverse(ADD), FIVE_VIEWS | changes)

    assert words in answer.text
    assert not RestraintPolicy.objects.exists()


def test_quiet_period__with_days_and_holidays__is_read_by_decisions(cast: Cast) -> None:
    form = {
        "channel": "email",
        "starts_at": "21:00",
        "ends_at": "08:00",
        "weekdays": ["5", "6"],
        "dates": "2026-12-31\n2026-01-01 2026-01-01",
        "is_active": "on",
    }
    add = reverse("admin:offers_quietperiod_add")

    cast.merchandiser.post(add, form)
    refused = [cast.merchandiser.post(add, form | {"dates": "yesterday"})]
    refused.append(cast.merchandiser.post(add, form | {"ends_at": ""}))
    refused.append(cast.merchandiser.post(add, {"is_active": "on"}))

    days = frozenset(datetime(*day, tzinfo=UTC).toordinal() for day in ((2026, 1, 1), (2026, 12, 31)))
    assert collect_restraint().quiet == (
        QuietHours(21 * 60, 8 * 60, frozenset({5, 6}), days, channel="email"),
    )
    for answer, words in zip(
        refused, ("“yesterday” is not a date.", "Enter both hours", "Enter hours or holidays."), strict=True
    ):
        assert words in answer.text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026/1/1、2026年12月31日,2026-01-01", ["2026-01-01", "2026-12-31"]),
        ("２０２６－１２－３１\u3000２０２６／１／１", ["2026-01-01", "2026-12-31"]),
        ("", []),
    ],
)
def test_dates__as_they_are_written_in_japan__are_read(text: str, days: list[str]) -> None:
    assert DatesField(required=False).clean(text) == days


@pytest.mark.parametrize("word", ["2026-06-31", "12/31", "2026", "20261231", "0000-01-01", "x" * 99])
def test_dates__with_one_that_does_not_exist__name_it(word: str) -> None:
    with pytest.raises(ValidationError, match=f"“{word[:40]}” is not a date"):
        DatesField(required=False).clean(f"2026-01-01\n{word}")


def test_policies__for_people__are_changed_by_merchandisers_only(cast: Cast) -> None:
    for person in (cast.analyst, cast.outsider, cast.stranger):
        person.post(reverse(ADD), FIVE_VIEWS)

    assert not RestraintPolicy.objects.exists()
    assert cast.analyst.get(reverse(LIST)).status_code == 200
    assert cast.outsider.get(reverse(LIST)).status_code == 403


def test_usual_restraint__is_created_once() -> None:
    counts = [create_usual_restraint(at=LONG_AGO) for _ in range(2)]

    assert counts == [4, 0]
    found = collect_restraint()
    assert [(one.outcome, one.count, one.pause_days, one.until_due) for one in found.policies] == [
        ("shown", 5, 14, False),
        ("dismissed", 2, 30, False),
        ("declined", 1, 90, False),
        ("accepted", 1, 30, True),
    ]
    assert found.caps == (ShownCap(100, 1),)


def test_policy__of_a_deleted_offer__goes_with_it() -> None:
    offer = Offer.objects.create(code="cups", name="Cups", kind="cross_sell", currency="JPY")
    RestraintPolicy.objects.create(**_columns(FIVE_VIEWS), offer=offer, counts_from=LONG_AGO)
    assert [one.offer for one in collect_restraint().policies] == ["cups"]

    offer.delete()

    assert collect_restraint().policies == ()
