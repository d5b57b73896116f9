"""The measurements as a table, and whether they reach the targets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The stages of a recompute in order; PostgreSQL does not keep the order of a JSON object.
STAGES = ("read", "index", "count", "popularity", "histories", "facts", "publish", "snapshot", "served")
# Memory limit of a recompute: MB, and MB per million order lines.
MEMORY_MB = 350
MEMORY_MB_A_MILLION = 60
# Time limit for counting and the best 20 of each product: CPU seconds on the Complete Journey.
COUNT_CPU_SECONDS = 0.35 * 1.5
# Time limit for a page of results over 90 days.
PAGE_SECONDS = 1.0

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A target and its measured figure: at least `bar`, or at most `bar` if `is_ceiling`."""

    name: str
    bar: float
    measured: float
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool:
        """Return whether the figure reaches the target."""
        return self.measured <= self.bar if self.is_ceiling else self.measured >= self.bar

    def as_dict(self) -> dict[str, Any]:
        """Return the target as JSON."""
        sense = "at most" if self.is_ceiling else "at least"
        return {"name": self.name, sense: self.bar, "measured": self.measured, "met": self.is_met}

    def __str__(self) -> str:
        sense = "≤" if self.is_ceiling else "≥"
        return (
            f"{'met   ' if self.is_met else 'MISSED'}  {self.name}: {self.measured:g} ({sense} {self.bar:g})"
        )


def targets_of(results: Results) -> Iterator[Target]:
    """Yield the targets of the measured parts."""
    if "pricing" in results:
        yield from _pricing_targets(results["pricing"]["lines"])
    if "serving" in results:
        ratios = results["serving"]["ratios"]
        yield Target("requests/s, decision ÷ plain view", 0.6, ratios["requests_decision_to_plain"])
        yield Target(
            "requests/s, with ÷ without the journal", 0.95, ratios["requests_with_to_without_journal"]
        )
        yield Target("CPU, most ÷ fewest offers", 2.0, ratios["cpu_most_to_least_offers"], is_ceiling=True)
    if "refresh" in results:
        yield Target("requests failed during refreshes", 0, results["refresh"]["failed"], is_ceiling=True)
    for database, measured in results.get("recompute", {}).items():
        seconds = measured["read_to_served_seconds"]
        yield Target(f"seconds, warm recompute read → served, {database}", 3.0, seconds, is_ceiling=True)
        yield _memory_target(f"recompute, {database}", measured)
    for measured in results.get("curve", ()):
        if measured["engine"] == "numba":
            yield _memory_target(f"counting {measured['lines']:,} lines", measured)
    if "curve" in results:
        first = results["curve"][0]
        name = f"CPU seconds, counting and best 20, {first['lines']:,} lines"
        yield Target(name, COUNT_CPU_SECONDS, first["count_cpu_seconds"], is_ceiling=True)
    for database, kinds in results.get("import", {}).items():
        for kind, measured in kinds.items():
            yield Target(f"rows/s, import of {kind} ÷ bulk path, {database}", 0.5, measured["ratio"])
    yield from _page_targets(results.get("totals", {}))


def render(results: Results) -> str:
    """Return the tables of the measured parts, and the targets."""
    parts: dict[str, Callable[[Any], Iterator[str]]] = {
        "pricing": _pricing,
        "serving": _serving,
        "refresh": _refresh,
        "recompute": _recompute,
        "curve": _curve,
        "import": _import,
        "totals": _totals,
    }
    blocks = ["\n".join(parts[name](results[name])) for name in parts if name in results]
    blocks.append("\n".join(["Targets", *(f"  {target}" for target in targets_of(results))]))
    return "\n\n".join(blocks)


def _pricing_targets(lines: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Target]:
    """Yield the targets of pricing for the measured numbers of offers."""
    five, fifty = lines["5"], lines["50"]
    if "1000" in five:
        yield Target("ms, 5 lines, 1,000 offers", 0.3, five["1000"]["ms"], is_ceiling=True)
    if "10000" in five:
        growth = round(five["10000"]["ms"] / five["100"]["ms"], 2)
        yield Target("CPU of 5 lines, 10,000 ÷ 100 offers", 3.0, growth, is_ceiling=True)
        yield Target("ms, 50 lines, 10,000 offers", 3.0, fifty["10000"]["ms"], is_ceiling=True)


def _page_targets(totals: Results) -> Iterator[Target]:
    """Yield the targets of pages of results."""
    for database, measured in totals.items():
        for page, timing in measured["pages"].items():
            name = f"seconds, results of 90 days, {page}, {database}"
            yield Target(name, PAGE_SECONDS, timing["seconds"], is_ceiling=True)


def _pricing(pricing: Results) -> Iterator[str]:
    yield f"Pricing in process: CPU ms a cart (offers that look at something in it), {pricing['carts']} carts"
    yield _row("", *(f"{count:,} offers" for count in pricing["offer_counts"]))
    for lines, arms in pricing["lines"].items():
        cells = (f"{arm['ms']:.3f} ({arm['asked']:.0f})" for arm in arms.values())
        yield _row(f"{lines} lines", *cells)


def _serving(serving: Results) -> Iterator[str]:
    yield (
        f"Serving: {serving['products']:,} products × {serving['partners']} partners, granian with "
        f"{serving['workers']} workers, {serving['connections']} connections, "
        f"medians of {serving['rounds']} interleaved rounds of {serving['seconds']:g} s"
    )
    yield _row("", "requests/s", "CPU µs", "p50 ms", "p99 ms", "bytes", "vs plain")
    plain = serving["arms"]["plain"]["requests_per_second"]
    for name, arm in serving["arms"].items():
        yield _row(
            name,
            f"{arm['requests_per_second']:,.0f}",
            f"{arm['cpu_microseconds']:,.0f}",
            f"{arm['p50_ms']:.2f}",
            f"{arm['p99_ms']:.2f}",
            f"{arm['body_bytes']:,.0f}",
            f"{arm['requests_per_second'] / plain:.0%}",
        )


def _refresh(refresh: Results) -> Iterator[str]:
    yield f"Refresh while serving: {refresh['swaps']} new snapshots, {refresh['failed']} failed requests"
    yield _row("", "longest pause ms", "p99 ms", "slowest ms", "requests/s")
    for name in ("without_swap", "with_swaps"):
        yield _row(name, *(f"{value:,.1f}" for value in refresh[name].values()))
    first, everywhere = refresh["first_new_answer_seconds"], refresh["all_new_answers_seconds"]
    yield (
        f"  written in {refresh['build_seconds']:.2f} s; first served after {first['median']:.2f} s, "
        f"by every worker after {everywhere['median']:.2f} s (longest {everywhere['longest']:.2f} s)"
    )


def _memory_target(name: str, measured: Results) -> Target:
    bar = MEMORY_MB + MEMORY_MB_A_MILLION * measured["lines"] / 1e6
    return Target(f"MB at the peak, {name}", round(bar), measured["peak_mb"], is_ceiling=True)


def _recompute(recompute: Results) -> Iterator[str]:
    yield "Recompute on the Complete Journey after a day's new orders, seconds (without selecting parameters)"
    yield _row("", "lines", *STAGES, "read→served", "peak MB")
    for database, measured in recompute.items():
        whole, lines = f"{measured['read_to_served_seconds']:.2f}", f"{measured['lines']:,}"
        yield _row(database, lines, *_stages(measured["stages"]), whole, f"{measured['peak_mb']:,}")
        cold = _stages(measured["cold_stages"])
        yield _row("  first of a worker", "", *cold, f"{measured['cold_seconds']:.2f}", "")
        written, untouched = (measured["counts"][f"rows_{what}"] for what in ("written", "untouched"))
        yield (
            f"  rows written {written:,}, left untouched {untouched:,}; "
            f"choosing the constants takes {measured['fit_seconds']:.1f} s more"
        )


def _stages(stages: Results) -> Iterator[str]:
    return (f"{stages[stage]:.2f}" for stage in STAGES)


def _curve(curve: Sequence[Results]) -> Iterator[str]:
    yield "Counting pairs and the best 20 of each product as orders grow"
    yield _row("", "lines", "pairs", "index s", "count s", "CPU s", "peak MB")
    for measured in curve:
        yield _row(
            measured["engine"],
            f"{measured['lines']:,}",
            f"{measured['pairs']:,}",
            f"{measured['index_seconds']:.2f}",
            f"{measured['count_seconds']:.2f}",
            f"{measured['index_cpu_seconds'] + measured['count_cpu_seconds']:.2f}",
            f"{measured['peak_mb']:,}",
        )


def _import(imports: Results) -> Iterator[str]:
    yield "Imports, rows a second"
    yield _row("", "import", "bulk path", "ratio")
    for database, kinds in imports.items():
        for kind, rates in kinds.items():
            figures = (f"{rates[name]:,}" for name in ("rows_per_second", "bulk_rows_per_second"))
            yield _row(f"{kind}, {database}", *figures, f"{rates['ratio']:.2f}")


def _totals(totals: Results) -> Iterator[str]:
    yield "Totals and pages of results over 90 days, seconds (CPU seconds without those of a database server)"
    for database, measured in totals.items():
        shown, events = measured["shown_per_day"], measured["events_per_day"]
        rows = f"{measured['totals']:,} totals and {measured['results']:,} results of days"
        yield f"  {database}: {shown:,} shown offers and {events:,} events a day; {rows}"
        for name, timing in (measured["counts"] | measured["pages"]).items():
            yield _row(name, f"{timing['seconds']:.2f}", f"({timing['cpu_seconds']:.2f})")


def _row(name: str, *cells: str) -> str:
    return f"  {name:<22}" + _joined(f"{cell:>{max(len(cell), 11)}}" for cell in cells)


def _joined(cells: Iterable[str]) -> str:
    return " ".join(cells)
