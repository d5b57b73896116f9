"""Every sentence about restraint is a row: what happened, what is asked, and the verdict."""

from typing import NamedTuple

import pytest

from engine.restraint import (
    Allow,
    Consent,
    Directory,
    Drop,
    Hold,
    LedgerEntry,
    Policies,
    Policy,
    QuietHours,
    RestrainedCandidate,
    RestraintLedger,
    ShownCap,
    Verdict,
    verdict,
)
from engine.restraint.entry import NEXT_VISIT
from engine.restraint.policy import DAY

NOW = 1_795_262_400  # 2026-11-21 12:00 UTC, a Saturday
HOUR = 3600
CUPS = RestrainedCandidate("cups", "cross_sell", ("cup",), frozenset({"7"}))
POTS = RestrainedCandidate("pots", "cross_sell", ("pot",), frozenset({"7"}))


class Shop(Directory):
    """Cups and pots are of one kind and category; cups are needed again in 20 days."""

    def kind_of(self, offer: str) -> str:
        del offer
        return "cross_sell"

    def category_of(self, products: str) -> str:
        del products
        return "7"

    def due_at(self, products: str, after: int) -> int | None:
        del after
        return NOW + 20 * DAY if products == "cup" else None


class Row(NamedTuple):
    """What a sentence says: the entries of the ledger, the shop's rules, and the verdict on a candidate."""

    entries: list[LedgerEntry]
    expected: Verdict
    policies: Policies = Policies()
    candidate: RestrainedCandidate = CUPS
    consent: Consent = Consent()
    now: int = NOW


def seen(
    *days_ago: float, offer: str = "cups", channel: str = "web", outcome: str = "shown"
) -> list[LedgerEntry]:
    """Return views of an offer, or other outcomes."""
    return [
        LedgerEntry(
            outcome,  # type: ignore[arg-type] # one of the outcomes
            NOW - int(days * DAY),
            subject=offer,
            products={"cups": "cup", "pots": "pot"}[offer],
            channel=channel,
            placement="cart",
        )
        for days in days_ago
    ]


def said(outcome: str, days_ago: float = 1, **columns: object) -> list[LedgerEntry]:
    """Return an answer about the cups."""
    given = {"subject": "cups", "products": "cup", "channel": "web"} | columns
    return [LedgerEntry(outcome, NOW - int(days_ago * DAY), **given)]  # type: ignore[arg-type]


def rules(*policies: Policy, **columns: object) -> Policies:
    return Policies(policies=policies, **columns)  # type: ignore[arg-type]


def on(candidate: RestrainedCandidate, channel: str = "web", placement: str = "") -> RestrainedCandidate:
    return RestrainedCandidate(
        candidate.offer, candidate.kind, candidate.products, candidate.categories, channel, placement
    )


# Pega's example: five views within seven days pause an action for seven days.
FIVE_VIEWS = Policy("shown", 5, 7, "offer", 7)
WITHOUT_CLICK = Policy("shown", 5, 7, "offer", 14, without_click=True)
TWO_DISMISSALS = Policy("dismissed", 2, 30, "offer", 30)
UNTIL_DUE = Policy("accepted", 1, 1, "product", 30, until_due=True)
FIVE = (4.0, 3.0, 2.0, 1.0, 0.5)
QUIET = QuietHours(21 * 60, 8 * 60, channel="email")
NIGHT = NOW + 13 * HOUR  # Sunday 01:00 UTC

SENTENCES: dict[str, Row] = {
    # Counting
    "nothing has happened": Row([], Allow(), rules(FIVE_VIEWS)),
    "five views within seven days pause the offer for seven days": Row(
        seen(*FIVE), Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown"), rules(FIVE_VIEWS)
    ),
    "four views do not": Row(seen(*FIVE[1:]), Allow(), rules(FIVE_VIEWS)),
    "five views in more than seven days do not": Row(seen(7.5, *FIVE[1:]), Allow(), rules(FIVE_VIEWS)),
    "the pause holds although the views have left the window": Row(
        seen(11, 10, 9, 8.5, 8), Hold(NOW - 8 * DAY + 14 * DAY, "enough_shown"), rules(WITHOUT_CLICK)
    ),
    "the pause ends": Row(seen(*[days + 14 for days in FIVE]), Allow(), rules(WITHOUT_CLICK)),
    "another offer is not paused": Row(seen(*FIVE), Allow(), rules(FIVE_VIEWS), POTS),
    "a click starts the count again": Row(
        seen(*FIVE) + seen(0.7, outcome="clicked"), Allow(), rules(WITHOUT_CLICK)
    ),
    "a click does not matter where views are counted anyway": Row(
        seen(*FIVE) + seen(0.7, outcome="clicked"),
        Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown"),
        rules(FIVE_VIEWS),
    ),
    "two dismissals pause for 30 days": Row(
        seen(9, 3, outcome="dismissed"), Hold(NOW + 27 * DAY, "enough_dismissed"), rules(TWO_DISMISSALS)
    ),
    "one dismissal does not": Row(seen(3, outcome="dismissed"), Allow(), rules(TWO_DISMISSALS)),
    "views of all offers of a kind pause the kind": Row(
        seen(1, 2) + seen(3, offer="pots"),
        Hold(NOW + 6 * DAY, "enough_shown"),
        rules(Policy("shown", 3, 7, "kind", 7)),
        POTS,
    ),
    "views of a category pause the category": Row(
        seen(1, 2) + seen(3, offer="pots"),
        Hold(NOW + 6 * DAY, "enough_shown"),
        rules(Policy("shown", 3, 7, "category", 7)),
        POTS,
    ),
    "dismissals of anything pause everything": Row(
        seen(1, outcome="dismissed") + seen(2, offer="pots", outcome="dismissed"),
        Hold(NOW + 2 * DAY, "enough_dismissed"),
        rules(Policy("dismissed", 2, 7, "everything", 3)),
        RestrainedCandidate("never-seen"),
    ),
    "views of a product pause it in every offer": Row(
        seen(1, 2),
        Hold(NOW + 4 * DAY, "enough_shown"),
        rules(Policy("shown", 2, 7, "product", 5)),
        RestrainedCandidate("sets", products=("cup", "tea")),
    ),
    "views on other channels count with all channels": Row(
        seen(1, channel="email") + seen(2, channel="line") + seen(3),
        Hold(NOW + 6 * DAY, "enough_shown"),
        rules(Policy("shown", 3, 7, "offer", 7)),
    ),
    "views on other channels do not count on one": Row(
        seen(1, channel="email") + seen(2, channel="line") + seen(3),
        Allow(),
        rules(Policy("shown", 3, 7, "offer", 7, channel="web")),
    ),
    "a policy of a channel pauses on this channel only": Row(
        seen(1, 2, channel="email"),
        Allow(),
        rules(Policy("shown", 2, 7, "offer", 7, channel="email")),
    ),
    "views before a policy was changed are not counted": Row(
        seen(*FIVE), Allow(), rules(Policy("shown", 5, 7, "offer", 7, since=NOW - 2 * DAY))
    ),
    "a decline before a policy was changed still holds": Row(
        said("declined"),
        Hold(NOW + 9 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "offer", 10, since=NOW)),
    ),
    # Exceptions
    "an exception for the offer replaces the policy": Row(
        seen(*FIVE), Allow(), rules(FIVE_VIEWS, Policy("shown", 9, 7, "offer", 7, offer="cups"))
    ),
    "an exception for another offer does not": Row(
        seen(*FIVE),
        Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown"),
        rules(FIVE_VIEWS, Policy("shown", 9, 7, "offer", 7, offer="pots")),
    ),
    "an exception for the kind replaces the policy": Row(
        seen(*FIVE), Allow(), rules(FIVE_VIEWS, Policy("shown", 9, 7, "offer", 0, kind="cross_sell"))
    ),
    "an offer's exception goes before its kind's": Row(
        seen(1),
        Hold(NOW + DAY, "enough_shown"),
        rules(
            Policy("shown", 1, 7, "offer", 0, kind="cross_sell"),
            Policy("shown", 1, 7, "offer", 2, offer="cups"),
        ),
    ),
    "an exception for the placement replaces the policy there": Row(
        seen(*FIVE),
        Allow(),
        rules(FIVE_VIEWS, Policy("shown", 9, 7, "offer", 7, placement="cart")),
        on(CUPS, placement="cart"),
    ),
    "an exception for the placement means nothing elsewhere": Row(
        seen(*FIVE),
        Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown"),
        rules(FIVE_VIEWS, Policy("shown", 9, 7, "offer", 7, placement="checkout")),
        on(CUPS, placement="cart"),
    ),
    "two policies of equal rank both hold": Row(
        seen(*FIVE),
        Hold(NOW - DAY // 2 + 60 * DAY, "enough_shown"),
        rules(FIVE_VIEWS, Policy("shown", 5, 30, "offer", 60)),
    ),
    "an exception for the kind changes how long a decline holds": Row(
        said("declined"),
        Hold(NOW + 4 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "offer", 90), Policy("declined", 1, 1, "offer", 5, kind="cross_sell")),
    ),
    "an exception for another kind does not": Row(
        said("declined"),
        Hold(NOW + 89 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "offer", 5, kind="upgrade")),
    ),
    "an exception for the placement changes how long a decline holds there": Row(
        said("declined"),
        Allow(),
        rules(Policy("declined", 1, 1, "offer", 90), Policy("declined", 1, 1, "offer", 0, placement="cart")),
        on(CUPS, placement="cart"),
    ),
    # Answers
    "one decline pauses the category": Row(
        said("declined"),
        Hold(NOW + 29 * DAY, "enough_declined"),
        rules(Policy("declined", 1, 1, "category", 30)),
        POTS,
    ),
    "one decline pauses the kind": Row(
        said("declined"),
        Hold(NOW + 29 * DAY, "enough_declined"),
        rules(Policy("declined", 1, 1, "kind", 30)),
        POTS,
    ),
    "one decline pauses everything": Row(
        said("declined"),
        Hold(NOW + 29 * DAY, "enough_declined"),
        rules(Policy("declined", 1, 1, "everything", 30)),
        RestrainedCandidate("never-seen"),
    ),
    "one acceptance pauses the kind": Row(
        said("accepted"),
        Hold(NOW + 6 * DAY, "enough_accepted"),
        rules(Policy("accepted", 1, 1, "kind", 7)),
        POTS,
    ),
    "a decline holds the offer for its period": Row(
        said("declined"),
        Hold(NOW + 9 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "product", 40), Policy("declined", 1, 1, "offer", 10)),
        RestrainedCandidate("cups", products=("mug",)),
    ),
    "and the product for another": Row(
        said("declined"),
        Hold(NOW + 39 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "product", 40), Policy("declined", 1, 1, "offer", 10)),
        RestrainedCandidate("mugs", products=("cup",)),
    ),
    "accepted: the offer is paused besides its product": Row(
        said("accepted"),
        Hold(NOW + 49 * DAY, "accepted"),
        rules(Policy("accepted", 1, 1, "product", 5), Policy("accepted", 1, 1, "offer", 50)),
        RestrainedCandidate("cups", products=("mug",)),
    ),
    "of two periods the longer one holds": Row(
        said("declined"),
        Hold(NOW + 29 * DAY, "declined"),
        rules(Policy("declined", 1, 1, "offer", 10), Policy("declined", 1, 1, "offer", 30)),
    ),
    "a decline holds for the period of the shop": Row(said("declined"), Hold(NOW + 89 * DAY, "declined")),
    "a decline holds on all channels": Row(
        said("declined"), Hold(NOW + 89 * DAY, "declined"), candidate=on(CUPS, "email")
    ),
    "a decline ends": Row(said("declined", 90), Allow()),
    "a declined product is in no other offer": Row(
        said("declined"),
        Hold(NOW + 89 * DAY, "declined"),
        candidate=RestrainedCandidate("mugs", products=("cup",)),
    ),
    "a declined product that the cart holds does not stand in the way": Row(
        said("declined"),
        Allow(),
        candidate=RestrainedCandidate("sets", products=("cup", "tea"), has=frozenset({"cup"})),
    ),
    "never has no end": Row(said("never", 3000), Drop("never")),
    "never is stronger than a decline": Row(said("never", 9) + said("declined"), Drop("never")),
    "a complaint switches its channel off": Row(
        said("complaint", scope="everything"), Drop("complaint"), candidate=POTS
    ),
    "a complaint leaves the other channels": Row(
        said("complaint", scope="everything"), Allow(), candidate=on(POTS, "email")
    ),
    "accepted: until it is due again": Row(
        said("accepted", 5), Hold(NOW + 20 * DAY, "accepted"), rules(UNTIL_DUE)
    ),
    "accepted, nothing known: for the days of the policy": Row(
        said("accepted", 5, subject="pots", products="pot"),
        Hold(NOW + 25 * DAY, "accepted"),
        rules(UNTIL_DUE),
        POTS,
    ),
    "accepted: for a year at most, if it is due only later": Row(
        said("accepted", 355), Hold(NOW + 11 * DAY, "accepted"), rules(UNTIL_DUE)
    ),
    "accepted without a policy holds back nothing": Row(said("accepted"), Allow()),
    # Later
    "later holds until the date": Row(said("later", until=NOW + 5 * DAY), Hold(NOW + 5 * DAY, "later")),
    "then the offer is raised": Row(said("later", 3, until=NOW - DAY), Allow(1.5)),
    "once: until it has been shown": Row(said("later", 3, until=NOW - DAY) + seen(0.5), Allow()),
    "a view before the date does not use the raise up": Row(
        said("later", 3, until=NOW - DAY) + seen(2), Allow(1.5)
    ),
    "a raise without a chance expires": Row(said("later", 30, until=NOW - 20 * DAY), Allow()),
    "next visit: held while this one lasts": Row(
        said("later", 0.01, until=NEXT_VISIT), Hold(NOW - 864 + 1800, "later")
    ),
    "next visit: raised in the next one": Row(said("later", 0.5, until=NEXT_VISIT), Allow(1.5)),
    "next visit: more views prolong this one": Row(
        said("later", 0.02, until=NEXT_VISIT) + seen(0.005), Hold(NOW - 432 + 1800, "later")
    ),
    "next visit: no visit is longer than a day": Row(
        said("later", 1.01, until=NEXT_VISIT) + seen(*[hours / 100 for hours in range(1, 101)], offer="pots"),
        Allow(1.5),
    ),
    "never has no end, even if one is given": Row(said("never", 9, until=NOW - DAY), Drop("never")),
    # Reasons
    "does not fit: the product is held back in every offer": Row(
        said("declined", scope="product", reason="fit"),
        Hold(NOW + 89 * DAY, "declined"),
        candidate=RestrainedCandidate("mugs", products=("cup",)),
    ),
    "does not fit: the offer may show another product": Row(
        said("declined", scope="product", reason="fit"),
        Allow(),
        candidate=RestrainedCandidate("cups", products=("mug",)),
    ),
    "has it: held back until it is due": Row(
        said("declined", scope="product", reason="have_it"), Hold(NOW + 20 * DAY, "owned")
    ),
    "has it, and it lasts: not shown again": Row(
        said("declined", 900, scope="product", reason="have_it", subject="pots", products="pot"),
        Drop("owned"),
        candidate=POTS,
    ),
    # The person's own wishes
    "paused by the shopper": Row(
        [LedgerEntry("later", NOW - DAY, "everything", until=NOW + DAY)], Hold(NOW + DAY, "paused")
    ),
    "a pause by the shopper ends, and raises nothing": Row(
        [LedgerEntry("later", NOW - 9 * DAY, "everything", until=NOW - DAY)], Allow()
    ),
    "a topic that is off": Row([LedgerEntry("never", NOW - DAY, "category", "7")], Drop("never")),
    "a kind that is off": Row([LedgerEntry("never", NOW - DAY, "kind", "cross_sell")], Drop("never")),
    "a channel without consent": Row(
        [], Drop("channel_refused"), consent=Consent(refused_channels=frozenset({"web"}))
    ),
    # Caps
    "a cap per day": Row(
        seen(0.9, 0.5), Hold(NOW + int(0.1 * DAY), "cap_reached"), rules(caps=(ShownCap(2, 1),)), POTS
    ),
    "a cap per day counts one day": Row(seen(1.1, 0.5), Allow(), rules(caps=(ShownCap(2, 1),))),
    "a cap per week": Row(
        seen(6, 5, 4), Hold(NOW + DAY, "cap_reached"), rules(caps=(ShownCap(9, 1), ShownCap(3, 7)))
    ),
    "a cap of a channel counts this channel": Row(
        seen(0.5, channel="email") + seen(0.4), Allow(), rules(caps=(ShownCap(2, 1, "web"),))
    ),
    "a cap of another channel says nothing": Row(
        seen(0.5, 0.4, channel="email"), Allow(), rules(caps=(ShownCap(2, 1, "email"),))
    ),
    "a dismissed offer was shown, and counts": Row(
        seen(0.5) + seen(0.4, outcome="dismissed"),
        Hold(NOW + DAY // 2, "cap_reached"),
        rules(caps=(ShownCap(1, 1),)),
    ),
    # Quiet hours
    "by day": Row([], Allow(), rules(quiet=(QUIET,)), on(CUPS, "email")),
    "at night": Row(
        [], Hold(NIGHT + 7 * HOUR, "quiet_hours"), rules(quiet=(QUIET,)), on(CUPS, "email"), now=NIGHT
    ),
    "at night on another channel": Row([], Allow(), rules(quiet=(QUIET,)), now=NIGHT),
    "in the zone of the shop": Row(
        [], Hold(NOW + 11 * HOUR, "quiet_hours"), rules(quiet=(QUIET,), zone="Asia/Tokyo"), on(CUPS, "email")
    ),
}


@pytest.mark.parametrize("row", SENTENCES.values(), ids=SENTENCES)
def test_verdict(row: Row) -> None:
    ledger = RestraintLedger.read(RestraintLedger.of(row.entries).pack())

    found = verdict(ledger, row.policies, row.consent, row.candidate, row.now, Shop())

    assert found == row.expected


def test_verdict__of_what_was_held__is_decided_anew_and_nothing_is_queued() -> None:
    """A held offer leaves nothing behind: later, only what happened counts."""
    ledger, policies = RestraintLedger.of(seen(*FIVE)), rules(FIVE_VIEWS)

    held = [verdict(ledger, policies, Consent(), CUPS, NOW + hour * HOUR) for hour in range(9)]
    later = verdict(ledger, policies, Consent(), CUPS, NOW + 8 * DAY)

    assert set(held) == {Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown")}
    assert later == Allow()
