"""What differs from the time before, measured after each recompute and stored on its run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Q, Sum
from django.utils.timezone import localdate

from analytics.models import EVERYBODY, DailyResult, RecomputeRun, RunState
from analytics.services.drift_signals import DriftCode, DriftSignal
from analytics.stats.experiments.drift import DriftLevel, changed_share, drift_level
from analytics.stats.experiments.falls import chance_of_fall, chance_of_silence, falling_rates
from analytics.stats.experiments.rates import Successes
from analytics.stats.proportion import LEAST_TRIALS
from analytics.stats.quality import unpack_quality
from catalog.database.bulk import among
from checkout.models import Order
from engine.learned.generations import PARTNER
from offers.models import Generation, Offer, ProductPartners
from offers.services.generation import newest_generation

SAMPLE: Final = 300
TOP: Final = 10
# Shares of the sampled proposals that are new.
_SHARE_TO_LOOK, _SHARE_TO_ACT = 0.25, 0.5
_EARLIER_RUNS: Final = 5
RECENT: Final = timedelta(days=7)
EARLIER: Final = timedelta(days=28)
# An offer that was decided less often may be missing by chance.
LEAST_DECISIONS: Final = 20
# Signals are read every hour: only what is clear may speak.
_UNLIKELY, _VERY_UNLIKELY = 0.01, 0.001
_SILENCE_TO_ACT: Final = timedelta(days=3)

# Sums by offer, each with `_now` for the last whole days and `_before` for the weeks before.
Totals = Mapping[str, Mapping[str, Any]]
# The first partners of sampled products, by the primary key of the product.
Partners = Mapping[int, tuple[int, ...]]


def sampled_partners() -> Partners:
    """Return the first partners of a fixed sample of products: new products change few of them."""
    keys = np.fromiter(ProductPartners.objects.values_list("pk", flat=True), np.int64)
    # Knuth's multiplicative hash spreads the keys.
    sample = keys[np.argsort(keys * 2_654_435_761 % 2**32)][:SAMPLE].tolist()
    rows = ProductPartners.objects.filter(among("pk", sample)).values_list("pk", "partners")
    return {
        key: tuple(np.frombuffer(bytes(packed), PARTNER)["product"][:TOP].tolist()) for key, packed in rows
    }


def find_drift(
    *, run_pk: int, training: Mapping[str, float], before: Partners, at: datetime
) -> list[dict[str, Any]]:
    """Return the signals of a run that has just succeeded, as they are stored."""
    totals = _totals(at)
    signals = [
        *_proposals(before),
        *_training(training),
        *_hit_rates(run_pk),
        *_silence(at),
        *_acceptance(totals),
        *_unshown(totals, at),
    ]
    return [asdict(signal) for signal in signals]


def _proposals(before: Partners) -> Iterator[DriftSignal]:
    now = sampled_partners()
    both = sorted(before.keys() & now.keys())
    share = changed_share([before[key] for key in both], [now[key] for key in both])
    if share is not None:
        level = DriftLevel.ACT if share > _SHARE_TO_ACT else DriftLevel.LOOK
        yield DriftSignal(
            DriftCode.PROPOSALS,
            level if share > _SHARE_TO_LOOK else DriftLevel.STABLE,
            figures={"share": share, "products": len(both)},
        )


def _training(indices: Mapping[str, float]) -> Iterator[DriftSignal]:
    """Yield how much the orders have changed, by what was compared."""
    for name, index in indices.items():
        yield DriftSignal(DriftCode(name), drift_level(index), figures={"index": index})


def _hit_rates(run_pk: int) -> Iterator[DriftSignal]:
    """Yield the hit rate of each question against those of the runs before."""
    done = RecomputeRun.objects.filter(state=RunState.SUCCEEDED).exclude(quality={}).order_by("-finished_at")
    now = RecomputeRun.objects.values_list("quality", flat=True).get(pk=run_pk)
    earlier = done.exclude(pk=run_pk).values_list("quality", flat=True)[:_EARLIER_RUNS]
    past = [{row.question: row for row in unpack_quality(document)} for document in earlier]
    for row in unpack_quality(now):
        if row.hit_rate is None or row.standard_error is None:
            continue
        found = [runs[row.question] for runs in past if row.question in runs]
        rates = [
            (each.hit_rate, each.standard_error)
            for each in found
            if each.hit_rate is not None and each.standard_error is not None
        ]
        chance = chance_of_fall((row.hit_rate, row.standard_error), rates)
        if chance is not None:
            mean = sum(rate for rate, _error in rates) / len(rates)
            figures = {"now": row.hit_rate, "before": mean}
            yield DriftSignal(DriftCode.HIT_RATE, _level_of(chance), row.question, figures)


def _level_of(chance: float) -> DriftLevel:
    """Return what a figure calls for that chance alone would give with this probability."""
    if chance < _VERY_UNLIKELY:
        return DriftLevel.ACT
    return DriftLevel.LOOK if chance < _UNLIKELY else DriftLevel.STABLE


def _silence(at: datetime) -> Iterator[DriftSignal]:
    """Yield for how long no order has arrived, against the four weeks before."""
    generation: Generation | None = newest_generation().first()
    last = generation.data_until if generation else None
    if last is None:
        return
    silent = max(at - last, timedelta(0))
    count = Order.objects.filter(placed_at__gt=last - EARLIER, placed_at__lte=last).count()
    days = silent / timedelta(days=1)
    level = DriftLevel.STABLE
    if chance_of_silence(count, days=EARLIER.days, silent_days=days) < _VERY_UNLIKELY:
        level = DriftLevel.ACT if silent >= _SILENCE_TO_ACT else DriftLevel.LOOK
    yield DriftSignal(DriftCode.ORDERS, level, figures={"days": days})


def _acceptance(totals: Totals) -> Iterator[DriftSignal]:
    """Yield the offers that are accepted less often than in the four weeks before."""
    rates = {
        offer: (
            Successes(row["accepted_before"], row["seen_before"]),
            Successes(row["accepted_now"], row["seen_now"]),
        )
        for offer, row in totals.items()
    }
    for offer in falling_rates(rates, least=LEAST_TRIALS):
        before, now = rates[offer]
        figures = {"now": now.rate, "before": before.rate}
        yield DriftSignal(DriftCode.ACCEPTANCE, DriftLevel.LOOK, offer, figures)


def _unshown(totals: Totals, at: datetime) -> Iterator[DriftSignal]:
    """Yield the live offers that were decided before and are not any more."""
    if not any(row["decided_now"] for row in totals.values()):
        return  # nothing was decided, or the journal is off: no single offer's matter
    live = Offer.objects.live_at(at).order_by("code").values_list("code", flat=True)
    for code in live:
        row = totals.get(code)
        if row and not row["decided_now"] and row["decided_before"] >= LEAST_DECISIONS:
            figures = {"before": float(row["decided_before"])}
            yield DriftSignal(DriftCode.UNSHOWN, DriftLevel.LOOK, code, figures)


def _totals(at: datetime) -> Totals:
    """Return how often each offer was decided, seen and accepted, in one query."""
    today = localdate(at)
    middle = today - RECENT
    rows = DailyResult.objects.filter(audience=EVERYBODY, day__gte=middle - EARLIER, day__lt=today)
    windows = {"now": Q(day__gte=middle), "before": Q(day__lt=middle)}
    sums = {
        f"{measure}_{name}": Sum(measure, filter=window, default=0)
        for measure in ("decided", "seen", "accepted")
        for name, window in windows.items()
    }
    return {row["offer"]: row for row in rows.order_by().values("offer").annotate(**sums)}
