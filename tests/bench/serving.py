"""Requests per second and CPU per request: a plain view, decisions with and without a journal, customers.

All arms run on granian with the same settings, one after the other in each round, so that other load on the
machine affects all of them. Ratios are calculated within a round; the figure is the median of the rounds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tqdm import tqdm

from tests.bench.load import Load, LoadPlan, run_load
from tests.bench.shop import BenchShop
from tests.bench.web import Web
from tests.bench.world.catalogue import PARTNERS_EACH
from tests.bench.world.traffic import make_bodies, to_wire

PLAIN, PLAIN_CALL, KNOWN = "plain", "plain_call", "known_customer"
SILENT = "without_journal"
# A plain view behind all middleware, and one on the API's shorter path.
PLAIN_PATHS = {PLAIN: "/bench/plain/{size}", PLAIN_CALL: "/api/v1/bench/plain/{size}"}
# The synthetic shop returns offers for nearly every request; otherwise the wrong thing is measured.
LEAST_SHARE_WITH_OFFERS = 0.9


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: `seconds` per arm in each of `rounds`."""

    rounds: int = 5
    seconds: float = 4.0
    connections: int = 16
    request_count: int = 30_000


@dataclass(frozen=True, slots=True)
class Arm:
    """One thing to measure."""

    name: str
    web: Web
    requests: list[str]
    marker: str

    def plan(self, effort: Effort) -> LoadPlan:
        """Return the load of one round."""
        return LoadPlan(self.web.port, effort.seconds, effort.connections, self.requests, self.marker)


@dataclass(frozen=True, slots=True)
class Sample:
    """One arm in one round."""

    requests_per_second: float
    cpu_microseconds: float
    load: Load


def decision_arm(offer_count: int) -> str:
    """Return the name of the arm with this number of offers."""
    return f"decision_{offer_count}"


def measure_serving(shop: BenchShop, effort: Effort) -> dict[str, Any]:
    """Measure all arms; `shop.webs` has one server for each number of offers."""
    arms = make_arms(shop, effort)
    samples: dict[str, list[Sample]] = {arm.name: [] for arm in arms}
    for _ in tqdm(range(effort.rounds), desc="serving", unit="round"):
        for arm in arms:
            samples[arm.name].append(measure_arm(arm, effort))
    return {
        "products": len(shop.catalogue.products),
        "partners": PARTNERS_EACH,
        "offers": sorted(shop.webs),
        "workers": shop.web_workers,
        "rounds": effort.rounds,
        "seconds": effort.seconds,
        "connections": effort.connections,
        "arms": {name: summarise(taken) for name, taken in samples.items()},
        "ratios": ratios(samples, shop.main_count, sorted(shop.webs)),
    }


def make_arms(shop: BenchShop, effort: Effort) -> list[Arm]:
    """Return the arms, the plain ones first; a warm-up determines the size of their response."""
    bodies = make_bodies(shop.catalogue, count=effort.request_count)
    known = make_bodies(shop.catalogue, count=effort.request_count, customer_count=shop.customer_count)
    offers = '"offers":[{'
    anonymous_wire = [to_wire(body, key=shop.key).decode() for body in bodies]
    known_wire = [to_wire(body, key=shop.key).decode() for body in known]
    main = shop.webs[shop.main_count]
    arms = [
        *(Arm(decision_arm(count), web, anonymous_wire, offers) for count, web in shop.webs.items()),
        Arm(SILENT, shop.silent_web, anonymous_wire, offers),
        Arm(KNOWN, main, known_wire, offers),
    ]
    # Not checked: a process that is still cold may refuse some requests.
    warm = {arm.name: run_load(arm.plan(effort)) for arm in arms}
    size = round(warm[decision_arm(shop.main_count)].body_bytes)
    plain = [
        Arm(
            name, main, [to_wire(b, key=shop.key, path=path.format(size=size)).decode() for b in bodies], "xx"
        )
        for name, path in PLAIN_PATHS.items()
    ]
    return [*plain, *arms]


def measure_arm(arm: Arm, effort: Effort) -> Sample:
    """Load one arm; the CPU time is that of its server's processes."""
    before = arm.web.cpu_seconds()
    load = run_load(arm.plan(effort))
    spent = arm.web.cpu_seconds() - before
    if load.failed or not load.answers:
        raise RuntimeError(f"{arm.name}: {load.statuses} {load.failures}")
    if load.marked < LEAST_SHARE_WITH_OFFERS * load.answers:
        raise RuntimeError(f"{arm.name}: only {load.marked} of {load.answers} answers hold offers.")
    return Sample(load.answers / load.seconds, spent / load.answers * 1e6, load)


def summarise(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the medians over the rounds, and every round's own two figures."""
    loads = [sample.load for sample in samples]

    def middle(value: Callable[[Load], float]) -> float:
        return round(median(value(load) for load in loads), 3)

    return {
        "requests_per_second": round(median(s.requests_per_second for s in samples), 1),
        "cpu_microseconds": round(median(s.cpu_microseconds for s in samples), 1),
        "p50_ms": middle(lambda load: load.latencies["p50"] * 1e3),
        "p99_ms": middle(lambda load: load.latencies["p99"] * 1e3),
        "body_bytes": middle(lambda load: load.body_bytes),
        "share_with_offers": middle(lambda load: load.marked / load.answers),
        "generator_cpu_microseconds": middle(lambda load: load.own_cpu_seconds / load.answers * 1e6),
        "answers": sum(load.answers for load in loads),
        "failed": sum(load.failed for load in loads),
        "rounds": [[round(s.requests_per_second, 1), round(s.cpu_microseconds, 1)] for s in samples],
    }


def ratios(samples: dict[str, list[Sample]], main_count: int, counts: list[int]) -> dict[str, float]:
    """Return the medians of what each round's arms were to each other."""

    def ratio(over: str, under: str, value: Callable[[Sample], float]) -> float:
        pairs = zip(samples[over], samples[under], strict=True)
        return round(median(value(above) / value(below) for above, below in pairs), 4)

    main = decision_arm(main_count)
    least, most = decision_arm(counts[0]), decision_arm(counts[-1])
    return {
        "requests_decision_to_plain": ratio(main, PLAIN, lambda s: s.requests_per_second),
        "requests_decision_to_plain_call": ratio(main, PLAIN_CALL, lambda s: s.requests_per_second),
        "requests_known_to_plain": ratio(KNOWN, PLAIN, lambda s: s.requests_per_second),
        "requests_with_to_without_journal": ratio(main, SILENT, lambda s: s.requests_per_second),
        "cpu_with_to_without_journal": ratio(main, SILENT, lambda s: s.cpu_microseconds),
        "cpu_decision_to_plain": ratio(main, PLAIN, lambda s: s.cpu_microseconds),
        "cpu_most_to_least_offers": ratio(most, least, lambda s: s.cpu_microseconds),
        "cpu_known_to_anonymous": ratio(KNOWN, main, lambda s: s.cpu_microseconds),
    }
