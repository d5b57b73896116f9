"""What shoppers answered, with and without a reason, and put off."""

from engine.restraint import Allow, Drop, Hold, Policy, RestrainedCandidate
from engine.restraint.entry import NEXT_VISIT
from engine.restraint.policy import DAY
from tests.engine.restraint.row import CUPS, NOW, POTS, Row, on, rules, said, seen

UNTIL_DUE = Policy("accepted", 1, 1, "product", 30, until_due=True)

ANSWERS: dict[str, Row] = {
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
}
