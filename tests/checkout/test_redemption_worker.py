"""A real worker, woken by beat, releases reservations that were not committed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import now

from checkout.models import OfferUsage, Quote, Redemption, RedemptionState
from checkout.services.redemption import reserve_quote
from checkout.tasks import prune_quotes
from config.celery import app
from gateway.models import ApiKey, IdempotentCall
from gateway.services.idempotency import KEPT
from tests.checkout.promises import promise, propose, sell
from tests.support.servers import Crew, wait_until


@pytest.mark.worker
@pytest.mark.xdist_group("worker")
def test_worker__overdue_reservation__is_released(crew: Crew) -> None:
    quote_id = promise(sell(), propose(usage_limit=1), expires_at=now() + timedelta(hours=1))
    reserve_quote(quote_id=quote_id, cart=None, at=now())
    Redemption.objects.update(expires_at=now())
    worker = crew.worker()

    crew.send("checkout.tasks.expire_reservations")

    wait_until(lambda: Redemption.objects.get().state == RedemptionState.EXPIRED, otherwise=worker.log)
    assert OfferUsage.objects.get().used_count == 0


@pytest.mark.django_db
def test_pruning_task__old_quotes_and_responses__are_deleted() -> None:
    long_ago = now() - timedelta(days=settings.AWASE_QUOTE_DAYS, hours=2)
    promise(sell(), propose(), expires_at=long_ago)
    key = ApiKey.objects.create(name="shop", kind="secret", digest="d")
    moments = {"claimed_until": long_ago, "created_at": now() - 2 * KEPT}
    IdempotentCall.objects.create(key=key, name="k", fingerprint="f", status=201, **moments)

    prune_quotes()

    assert (Quote.objects.count(), IdempotentCall.objects.count()) == (0, 0)


def test_beat__every_scheduled_task__is_registered() -> None:
    app.loader.import_default_modules()

    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert wanted <= set(app.tasks)
