"""The holdout of the shop: off at first, chosen anew at each start."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.models import Revision
from offers.models import HoldoutGroups
from offers.services.collection.experiments import collect_experiments
from offers.services.experiments.holdout import shop_groups, start_groups, stop_groups
from tests.offers.services.experiments.lab import AT, CUSTOMERS

pytestmark = pytest.mark.django_db


def members(group: str) -> set[str]:
    groups = collect_experiments().groups
    assert groups is not None
    return {unit for unit in CUSTOMERS if groups.group_of(unit) == group}


def test_groups__never_started__are_off() -> None:
    assert not shop_groups().is_on
    assert collect_experiments().groups is None


def test_start__holds_out_the_usual_share() -> None:
    start_groups(at=AT)

    assert 15 < len(members("holdout")) < 70
    assert members("usual") == set()
    assert Revision.objects.get(domain="offers").number == 1
    with pytest.raises(ValidationError, match="already on"):
        start_groups(at=AT)


def test_start__with_business_as_usual__has_three_groups() -> None:
    HoldoutGroups.objects.create(holdout_share_bp=1000, usual_share_bp=3000)

    start_groups(at=AT)

    assert 80 < len(members("usual")) < 165
    assert len(members("everything")) == len(CUSTOMERS) - len(members("usual")) - len(members("holdout"))


def test_start__again__chooses_the_groups_anew() -> None:
    start_groups(at=AT)
    before = members("holdout")
    stop_groups(at=AT)
    assert collect_experiments().groups is None

    start_groups(at=AT + timedelta(days=1))

    assert members("holdout") != before
    assert len(members("holdout") & before) < 20


def test_stop__groups_that_are_off__is_refused() -> None:
    with pytest.raises(ValidationError, match="already off"):
        stop_groups(at=AT)


@pytest.mark.parametrize(("holdout", "usual"), [(0, 1000), (3000, 2001), (5001, 0)])
def test_shares__out_of_range__are_refused_by_the_database(holdout: int, usual: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HoldoutGroups.objects.create(holdout_share_bp=holdout, usual_share_bp=usual)
