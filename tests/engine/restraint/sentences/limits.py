"""What shoppers wish, and what limits all offers."""

from engine.restraint import Allow, Consent, Drop, Hold, LedgerEntry, QuietHours, ShownCap
from engine.restraint.policy import DAY
from tests.engine.restraint.row import CUPS, HOUR, NOW, POTS, Row, on, rules, seen

QUIET = QuietHours(21 * 60, 8 * 60, channel="email")
NIGHT = NOW + 13 * HOUR  # Sunday 01:00 UTC

LIMITS: dict[str, Row] = {
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
