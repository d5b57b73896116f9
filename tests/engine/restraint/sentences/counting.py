"""What policies count, and what makes an exception of them."""

from engine.restraint import Allow, Hold, Policy, RestrainedCandidate
from engine.restraint.policy import DAY
from tests.engine.restraint.row import CUPS, NOW, POTS, Row, on, rules, said, seen

# Pega's example: five views within seven days pause an action for seven days.
FIVE_VIEWS = Policy("shown", 5, 7, "offer", 7)
WITHOUT_CLICK = Policy("shown", 5, 7, "offer", 14, without_click=True)
TWO_DISMISSALS = Policy("dismissed", 2, 30, "offer", 30)
FIVE = (4.0, 3.0, 2.0, 1.0, 0.5)

COUNTING: dict[str, Row] = {
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
}
