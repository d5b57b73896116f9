"""The texts of the page's scripts, in the language of the page."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from demo.services.holds import TRY_OUT, minutes_of
from demo.services.orders import ShopNote


def script_texts() -> dict[str, str]:
    """Return the texts by the names that the scripts use."""
    return _offer_texts() | _cart_texts() | _checkout_texts() | _shopper_texts() | _fault_texts()


def stop_hints() -> dict[str, str]:
    """Return what each kind of stop of the tour shows."""
    return {
        "ladder": _("an upgrade"),
        "subscription": _("subscription and quantity discount"),
        "add_on": _("add-ons"),
        "group": _("buy five, get one free"),
        "bundle": _("bundle"),
    }


def shopper_names() -> dict[str, str]:
    """Return the customer name for each role; the names are invented, the customers are real."""
    return {
        "regular": _("Yui (best customer)"),
        "choosy": _("Emi (prefers premium)"),
        "thrifty": _("Ken (price-conscious)"),
    }


def age_text(*, is_confirmed: bool) -> str:
    """Return whether the shop may offer a customer alcohol and tobacco."""
    if is_confirmed:
        return _("Age confirmed: may be offered wine.")
    return _("Age not confirmed: is not offered wine, beer or tobacco.")


def hold_choices(holds: Sequence[timedelta]) -> list[tuple[int, str]]:
    """Return the holds to choose from as minutes and words."""
    return [
        (minutes_of(hold), _("1 minute (to try a late payment)") if hold == TRY_OUT else _days(hold.days))
        for hold in holds
    ]


def note_texts(notes: Sequence[ShopNote]) -> list[str]:
    """Return what a shopper has to know about an order, one sentence for each note."""
    texts = {
        "gift_sold_out": _("The gift “%s” is sold out, so it is not part of your order."),
        "limit_exceeded": _(
            "“%s” had already reached its limit when you paid. You still get it, because your order "
            "was reserved with it."
        ),
    }
    return [texts[note.code] % note.name for note in notes]


def refusal_text(code: str) -> str:
    """Return why an order cannot be paid, extended or cancelled; `code` is that of `RedemptionError`."""
    texts = {
        "reservation_expired": _("The reservation has ended and cannot be extended. You can still pay."),
        "not_reserved": _("This order was cancelled and cannot be paid any more."),
        "quote_used": _("This order is already paid."),
    }
    return texts.get(code, _("This order can no longer be changed."))


def _days(count: int) -> str:
    return _("{days} days").format(days=count)


def _offer_texts() -> dict[str, str]:
    return {
        "accept": _("Add"),
        "upgrade": _("Choose this instead"),
        "subscribe": _("Subscribe"),
        "decline": _("No, thank you"),
        "later": _("Later"),
        "put_off": _("You will see this offer again tomorrow."),
        "why": _("Why not?"),
        "why_price": _("Too expensive"),
        "why_fit": _("Does not fit"),
        "why_timing": _("Not now"),
        "why_have_it": _("I have it already"),
        "why_never": _("Never again"),
        "no_reason": _("Just hide it"),
        "no_offers": _("No offers here."),
        "next": _("Add {more} more: {quantity} for {total}"),
        "spend": _("{amount} to go"),
        "units": _("{units} more to go"),
        "reached_by": _("Add one of these to reach it:"),
        "subscription": _("{now} now, {later} from delivery {cycle}"),
        "interval": _("Every"),
        "days": _("{days} days"),
        "options": _("Choose up to {count}"),
        "saving": _("You save {amount}"),
        "instead": _("Instead of {name}"),
        "hidden": _("You will not see this offer again on this visit."),
    }


def _cart_texts() -> dict[str, str]:
    return {
        "added": _("{name} is in your cart."),
        "remove": _("Remove"),
        "more": _("One more"),
        "less": _("One less"),
        "empty_cart": _("Your cart is empty. Add a product and see what changes."),
        "every": _("every {days} days"),
        "unavailable": _("Not available at the moment"),
        "left": _("Only {count} left"),
        "sold_out": _("Sold out"),
        "gift": _("A gift"),
        "free": _("free"),
        "subtotal": _("Subtotal at list prices"),
        "delivery": _("Delivery"),
        "tax": _("Sales tax"),
        "total": _("Total"),
        "held": _("This price is valid until {time}."),
        "pricing": _("Calculating the price …"),
        "hint_spend": _("{amount} more: {offer}"),
        "hint_units": _("{count} more: {offer}"),
        "hint_options": _("Choose {count} more options: {offer}"),
        "limit_reached": _("Usage limit reached: {offer}"),
        "expired": _("Expired: {offer}"),
        "not_eligible": _("Does not apply to this cart: {offer}"),
        "reason_customer_needed": _("Only for registered customers: {offer}"),
        "reason_audience": _("Not available to you: {offer}"),
        "reason_min_subtotal": _("Minimum order value not reached: {offer}"),
        "unknown_code": _("Unknown promotion code."),
        "drop_code": _("Remove the code"),
    }


def _checkout_texts() -> dict[str, str]:
    return {
        "checkout": _("Checkout"),
        "order": _("Place order: {total}"),
        "pay_later": _("Order now, pay later: {total}"),
        "ordering": _("Placing your order …"),
        "ordered": _("Thank you! Your order {order} has been placed."),
        "paid": _("Paid {amount}"),
        "saved": _("{amount} saved"),
        "changed": _("An offer has changed or reached its limit. This is the new price."),
    }


def _shopper_texts() -> dict[str, str]:
    return {
        "history": _("{order_count} orders, last order on {last_order}"),
        "due": _("due on {date}, every {interval_days} days"),
        "audiences": _("Audiences: {audiences}"),
        "seen": _("Offers shown to you within 24 hours: {shown} of {cap}."),
        "seen_enough": _("You have seen enough offers for today: {shown} of {cap}."),
        "paused": _("Paused, because you often saw them without a click: {paused}."),
        "band": _(
            "Usually pays {low} to {high} for products like this. More expensive upgrades are not offered."
        ),
    }


def _fault_texts() -> dict[str, str]:
    return {
        "no_key": _("No API key found. Start the demo with “make demo”."),
        "failed": _("Something went wrong."),
        "unreachable": _("The shop is not responding."),
        "too_many": _("Too many requests. Retrying in {seconds} s."),
        "busy": _("The shop is not ready. Retrying in {seconds} s."),
        "again": _("Try again"),
        "gone": _("No longer sold"),
        "no_results": _("No products found."),
    }
