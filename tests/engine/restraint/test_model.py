"""Verdicts on random ledgers, policies and moments agree with a slow model."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.restraint import (
    Consent,
    Directory,
    LedgerEntry,
    Policies,
    Policy,
    QuietHours,
    RestrainedCandidate,
    RestraintLedger,
    ShownCap,
    verdict,
)
from engine.restraint.entry import NEXT_VISIT, OUTCOMES, SCOPES, Outcome
from engine.restraint.policy import DAY
from tests.engine.restraint.model import Asked, slow_quiet_end, slow_verdicts
from tests.engine.restraint.row import NOW
from tests.engine.restraint.test_properties import often

CHANNELS, OFFERS, KINDS = ("web", "email"), ("cups", "pots"), ("cross_sell", "upgrade")
# The days before clocks are set forward and back in 2026; in Tokyo they never are.
CHANGES = {
    "Asia/Tokyo": ((3, 28), (10, 24)),
    "Europe/Berlin": ((3, 28), (10, 24)),
    "Australia/Sydney": ((10, 3), (4, 4)),
}
ZONES = tuple(CHANGES)
# Steps of a visit, of hours and of days: many entries of one minute, window or pause.
agos = st.one_of(
    st.integers(0, 3 * 3600),
    st.integers(0, 40).map(lambda days: days * DAY),
    st.integers(0, 60).map(lambda hours: hours * 3600),
)


# What has no end is drawn seldom: it would hide everything else.
USUAL: tuple[Outcome, ...] = (
    "shown",
    "shown",
    "shown",
    "shown",
    "clicked",
    "dismissed",
    "later",
    "declined",
    "accepted",
)
happenings = st.integers(0, 60).flatmap(lambda one: st.sampled_from(OUTCOMES if one == 7 else USUAL))


class Kitchen(Directory):
    """Cups are cross-sold and needed again every 40 days, pots are upgrades; tea is needed in two years."""

    def kind_of(self, offer: str) -> str:
        return {"cups": "cross_sell", "pots": "upgrade"}.get(offer, "")

    def category_of(self, products: str) -> str:
        return {"cup": "7", "cup tea": "7", "pot": "8"}.get(products, "")

    def due_at(self, products: str, after: int) -> int | None:
        return {"cup": after + 40 * DAY, "tea": after + 730 * DAY}.get(products)


@st.composite
def entries(draw: st.DrawFn) -> LedgerEntry:
    """Return an entry whose subject is one of its scope."""
    scope = draw(st.sampled_from(("offer", "offer", "product", *SCOPES)))
    names = {"category": ("7", "8"), "kind": KINDS, "everything": ("",)}.get(scope, ("", *OFFERS))
    return LedgerEntry(
        outcome=draw(happenings),
        at=NOW - draw(agos),
        scope=scope,
        subject=draw(st.sampled_from(names)),
        products=draw(st.sampled_from(["", "cup", "cup tea", "pot"])),
        reason=draw(st.sampled_from(["", "", "price", "fit", "have_it"])),
        channel=draw(st.sampled_from(["", *CHANNELS])),
        placement=draw(st.sampled_from(["", "cart"])),
        until=draw(st.sampled_from([0, 0, NEXT_VISIT, NOW - 20 * DAY, NOW - DAY, NOW + DAY])),
    )


@st.composite
def rules(draw: st.DrawFn) -> Policy:
    """Return a policy for all offers, or an exception for an offer or a kind."""
    exceptions = [{"offer": "cups"}, {"offer": "pots"}, *({"kind": one} for one in KINDS)]
    about = draw(st.sampled_from([{}, {}, *exceptions]))
    return Policy(
        outcome=draw(st.sampled_from(["shown", "clicked", "dismissed", "declined", "accepted", "later"])),
        count=draw(st.integers(1, 3)),
        window_days=draw(st.sampled_from([1, 2, 7, 30, 60])),
        pauses=draw(st.sampled_from(SCOPES)),
        pause_days=draw(st.sampled_from([0, 1, 5, 20, 60])),
        without_click=draw(st.booleans()),
        until_due=draw(st.booleans()),
        channel=draw(st.sampled_from(["", "", *CHANNELS])),
        placement=draw(st.sampled_from(["", "", "cart"])),
        since=draw(st.sampled_from([0, NOW - 10 * DAY])),
        **about,
    )


minutes = st.integers(0, 1439)
quiet_hours = st.builds(
    QuietHours,
    minutes,
    minutes,
    days=st.frozensets(st.integers(0, 6), max_size=3),
    channel=st.just("email"),
).filter(lambda one: one.days or one.starts_minute != one.ends_minute)
caps = st.builds(ShownCap, st.integers(1, 4), st.integers(1, 9), st.sampled_from(["", *CHANNELS]))
policies = st.builds(
    Policies,
    decline_days=st.integers(1, 90),
    policies=st.lists(rules(), min_size=2, max_size=6).map(tuple),
    caps=st.lists(caps, max_size=2).map(tuple),
    quiet=st.lists(quiet_hours, max_size=1).map(tuple),
    zone=st.sampled_from(ZONES),
)
candidates = st.builds(
    RestrainedCandidate,
    offer=st.sampled_from(OFFERS),
    kind=st.sampled_from(KINDS),
    products=st.sampled_from([(), ("cup",), ("cup", "tea"), ("pot",)]),
    categories=st.sampled_from([frozenset(), frozenset({"7"}), frozenset({"7", "8"})]),
    channel=st.sampled_from(CHANNELS),
    placement=st.sampled_from(["", "cart"]),
    has=st.sampled_from([frozenset(), frozenset({"cup"})]),
)


@often
@given(st.lists(entries(), min_size=12, max_size=40), policies, candidates, st.sampled_from([(), ("web",)]))
def test_verdict__random_sequences__agree_with_the_slow_model(
    happened: list[LedgerEntry], shop: Policies, candidate: RestrainedCandidate, refused: tuple[str, ...]
) -> None:
    consent = Consent(refused_channels=frozenset(refused))

    found = verdict(RestraintLedger.of(happened), shop, consent, candidate, NOW, Kitchen())

    assert found in slow_verdicts(Asked(happened, shop, consent, candidate, NOW, Kitchen()))


@often
@given(quiet_hours, st.sampled_from(ZONES), st.integers(0, 3 * 24 * 60), st.integers(0, 1))
def test_quiet_hours__when_clocks_change__end_when_the_slow_model_finds_no_silence(
    quiet: QuietHours, zone: str, minute: int, change: int
) -> None:
    first = datetime(2026, *CHANGES[zone][change], tzinfo=UTC)
    at = int(first.timestamp()) + minute * 60

    assert (quiet.ends_at(at, zone) or at) == slow_quiet_end(quiet, at, zone)
